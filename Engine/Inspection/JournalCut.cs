using OrleansKv.Engine.Io;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Inspection;

/// <summary>
/// What a repair takes from the end of a journal: planned first, so that it can be told and noted before anything changes. One thread.
/// </summary>
internal sealed class JournalCut
{
    /// <summary>What the name of a file ends with that a repair has set aside.</summary>
    public const string Aside = ".damaged";

    private readonly List<(string Name, long KeptBytes, long SizeBytes)> _files = [];

    /// <summary>Whether anything is taken.</summary>
    public bool IsCut => _files.Count > 0;

    /// <summary>Where the journal goes on afterwards: the end of its last whole record.</summary>
    public JournalOffset End { get; set; }

    /// <summary>Nothing of a segment stays.</summary>
    public void SetAside(string name) => _files.Add((name, 0, 0));

    /// <summary>The beginning of a segment stays.</summary>
    public void CutAt(string name, long keptBytes, long sizeBytes) => _files.Add((name, keptBytes, sizeBytes));

    /// <summary>
    /// Does it, the damaged segment first: if we crash between two of them, the next start refuses the gap before the second one. It has
    /// nothing to lose when it is cut again at its end, and what was set aside of it stays.
    /// </summary>
    public void Run(IDisk disk)
    {
        foreach ((string name, long keptBytes, long sizeBytes) in _files)
        {
            if (keptBytes == sizeBytes && keptBytes > 0) continue;
            if (keptBytes > 0)
            {
                Copy(disk, name, keptBytes, sizeBytes, name + Aside);
                Copy(disk, name, 0, keptBytes, name + ".tmp");
                disk.Rename(name + ".tmp", name);
            }
            else
            {
                disk.Rename(name, name + Aside);
            }
        }

        if (IsCut) disk.FlushFolder();
    }

    // A part of a file, from one byte up to before another, as a file of its own.
    private static void Copy(IDisk disk, string from, long begin, long end, string to)
    {
        const int StepBytes = 1024 * 1024;
        using var source = new FileWindow(disk, from);
        using IDiskFile file = disk.Create(to);
        for (long at = begin; at < end; at += StepBytes) file.Write(source.At(at, (int)Math.Min(StepBytes, end - at)));
        file.Flush();
    }
}
