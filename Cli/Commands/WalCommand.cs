using System.Globalization;
using OrleansKv.Cli.Output;
using OrleansKv.Engine;
using OrleansKv.Engine.Inspection;
using OrleansKv.Engine.Io;

namespace OrleansKv.Cli.Commands;

/// <summary><c>kv wal dump|verify|repair FOLDER</c>: looks into a data folder that no server has open.</summary>
internal static class WalCommand
{
    public static int Run(IReadOnlyList<string> words, bool json)
    {
        Arguments given = Arguments.Parse(words, [], ["--yes"], 2);
        if (given.Words is not [("dump" or "verify" or "repair") and var verb, var folder])
            throw given.Refused("it takes dump, verify or repair, and a data folder");
        if (given.Has("--yes") && verb != "repair") throw given.Refused($"--yes belongs to repair, not to {verb}");
        if (!Directory.Exists(folder)) throw new CliException($"{folder} is no folder");
        var disk = new PhysicalDisk(folder);
        try
        {
            if (!JournalInspector.HoldsStore(disk))
                throw new CliException($"{folder} holds no store: neither a manifest nor a journal is in it");
            switch (verb)
            {
                case "dump":
                    WarnOfServer(folder);
                    foreach (DumpedRecord record in JournalInspector.Dump(disk))
                        Console.Out.WriteLine(json ? WalJson.Of(record) : Line(record));
                    return 0;
                case "verify":
                    WarnOfServer(folder);
                    return Verify(JournalInspector.Verify(disk), json);
                default:
                    using (FolderLock.Take(disk.Folder)) return Repair(disk, given.Has("--yes"), json);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CorruptionException)
        {
            throw new CliException(failure.Message);
        }
    }

    private static string Line(DumpedRecord r) => r.Problem is not null
        ? string.Create(CultureInfo.InvariantCulture, $"{r.File}+{r.Offset}: {r.Problem}")
        : string.Create(CultureInfo.InvariantCulture, $"{r.File}+{r.Offset} shard {r.Shard} epoch {r.Epoch} lsn {r.Lsn} "
        + $"{r.Kind}{(r.InGroup ? " (group)" : "")} {ReplyFormatter.Quote(r.Key)} value {r.ValueBytes} "
        + $"B{(r.DeadlineMs > 0 ? $" deadline {r.DeadlineMs}" : "")}");

    private static int Verify(IReadOnlyList<FileReport> reports, bool json)
    {
        int problems = reports.Count(r => r.Problem is not null);
        foreach (FileReport report in reports)
        {
            if (json)
            {
                Console.Out.WriteLine(WalJson.Of(report));
                continue;
            }

            Console.Out.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"{report.Name}: {report.Count:N0} {report.What}, {report.SizeBytes:N0} "
                    + $"bytes{(report.Problem is null ? ", whole" : "")}"));
            if (report.Problem is not null)
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  at offset {report.ProblemOffset}: {report.Problem}"));
            if (report.Refusal is not null) Console.Out.WriteLine($"  a start refuses: {report.Refusal}");
        }

        if (!json) Console.Out.WriteLine(Summary(reports, problems));
        return problems == 0 ? 0 : 1;
    }

    private static string Summary(IReadOnlyList<FileReport> reports, int problems)
    {
        string files = $"{problems} file{(problems == 1 ? "" : "s")}";
        if (problems == 0) return "No damage found.";
        if (reports.Any(r => r.IsNewerFormat))
            return "A newer program wrote this store: use that one. Nothing of it should be repaired with this one.";
        if (reports.All(r => r.Refusal is null)) return $"{files} with a problem that keeps no server from starting: it cuts the "
            + $"unfinished end of the journal, and needs none of the rest.";
        return $"{files} damaged or missing: no server starts with this folder.";
    }

    private static int Repair(IDisk disk, bool yes, bool json)
    {
        IReadOnlyList<RepairStep> steps = JournalInspector.Repair(disk, dryRun: !yes);
        foreach (RepairStep step in steps) Console.Out.WriteLine(json ? WalJson.Of(step, done: yes) : (yes ? "" : "would: ") + step.Text);
        if (json) return 0;
        if (steps.Count == 0) Console.Out.WriteLine("Nothing to repair.");
        else if (!yes) Console.Out.WriteLine("Nothing was changed. Take a copy of the folder, then add --yes.");
        return 0;
    }

    // A server writes on while the files are read: its newest record may look torn. The lock is only looked at, never written.
    private static void WarnOfServer(string folder)
    {
        try
        {
            string path = Path.Combine(folder, "LOCK");
            if (File.Exists(path)) new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
        }
        catch (UnauthorizedAccessException)
        {
            // Not ours to look at: then it is not ours to warn of either.
        }
        catch (IOException)
        {
            Console.Error.WriteLine($"kv: a server has {folder} open: its newest records may be seen half-written");
        }
    }
}
