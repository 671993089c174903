using System.Globalization;
using OrleansKv.Cli.Output;
using OrleansKv.Engine;
using OrleansKv.Engine.Inspection;
using OrleansKv.Engine.Io;

namespace OrleansKv.Cli.Commands;

/// <summary><c>kv wal dump|verify|repair FOLDER</c>: looks into a data folder that no server has open.</summary>
internal static class WalCommand
{
    public static int Run(IReadOnlyList<string> words)
    {
        if (words.Count < 3 || words[1] is not ("dump" or "verify" or "repair")) throw new CliException("wal takes dump, verify or repair, and a data folder", 2);
        bool yes = words.Count == 4 && words[1] == "repair" && words[3] == "--yes";
        if (words.Count > (yes ? 4 : 3)) throw new CliException($"wal: '{words[^1]}' is one word too many", 2);
        if (!Directory.Exists(words[2])) throw new CliException($"{words[2]} is no folder");
        var disk = new PhysicalDisk(words[2]);
        try
        {
            switch (words[1])
            {
                case "dump":
                    Dump(disk);
                    return 0;
                case "verify":
                    return Verify(disk);
                default:
                    using (FolderLock.Take(disk.Folder)) return Repair(disk, yes);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CorruptionException)
        {
            throw new CliException(failure.Message);
        }
    }

    private static void Dump(IDisk disk)
    {
        foreach (DumpedRecord r in JournalInspector.Dump(disk))
        {
            Console.Out.WriteLine(r.Problem is not null
                ? string.Create(CultureInfo.InvariantCulture, $"{r.File}+{r.Offset}: {r.Problem}")
                : string.Create(CultureInfo.InvariantCulture, $"{r.File}+{r.Offset} shard {r.Shard} epoch {r.Epoch} lsn {r.Lsn} {r.Kind}{(r.InGroup ? " (group)" : "")} {ReplyFormatter.Quote(r.Key)} value {r.ValueBytes} B{(r.DeadlineMs > 0 ? $" deadline {r.DeadlineMs}" : "")}"));
        }
    }

    private static int Verify(IDisk disk)
    {
        int problems = 0;
        foreach (FileReport report in JournalInspector.Verify(disk))
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Name}: {report.Count:N0} {report.What}, {report.SizeBytes:N0} bytes{(report.Problem is null ? ", whole" : "")}"));
            if (report.Problem is null) continue;
            problems++;
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  at offset {report.ProblemOffset}: {report.Problem}"));
        }

        Console.Out.WriteLine(problems == 0 ? "No damage found." : $"{problems} file{(problems == 1 ? " is" : "s are")} damaged; 'kv wal repair {disk.Folder}' says what can be kept.");
        return problems == 0 ? 0 : 1;
    }

    private static int Repair(IDisk disk, bool yes)
    {
        IReadOnlyList<RepairStep> steps = JournalInspector.Repair(disk, dryRun: !yes);
        foreach (RepairStep step in steps) Console.Out.WriteLine((yes ? "" : "would: ") + step.Text);
        if (steps.Count == 0) Console.Out.WriteLine("Nothing to repair.");
        else if (!yes) Console.Out.WriteLine("Nothing was changed. Take a copy of the folder, then add --yes.");
        return 0;
    }
}
