using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;

namespace OrleansKv.Engine.Recovery;

/// <summary>Finds a folder's segments in order and checks that none is missing between them.</summary>
internal static class SegmentList
{
    /// <param name="disk">The folder.</param>
    /// <param name="isNew">
    /// It has no manifest: a first start may have ended between making its segment and writing the header (builds before the one that gives the
    /// segment its name last). Nothing was acknowledged then, and the folder is still an empty one.
    /// </param>
    public static List<Segment> Find(IDisk disk, bool isNew)
    {
        List<string> names = [.. disk.List().Where(Segment.IsName)];
        if (isNew && names is [var only] && only == Segment.NameOf(1) && disk.LengthOf(only) < Segment.HeaderBytes) return [];
        var segments = new List<Segment>();
        for (int i = 0; i < names.Count; i++)
        {
            string path = Path.Combine(disk.Folder, names[i]);
            using var file = new FileWindow(disk, names[i]);
            Segment? segment = Segment.TryRead(file.At(0, Segment.HeaderBytes), out string? problem);
            if (segment is null) throw Bad(path, problem!);
            if (segment.Value.Name != names[i]) throw Bad(path, $"the file says that it is {segment.Value.Name}");
            if (i > 0 && segment.Value.Number != segments[^1].Number + 1) throw Bad(path, $"{Segment.NameOf(segments[^1].Number + 1)} before it is missing");
            if (i > 0 && segment.Value.StoreId != segments[0].StoreId) throw Bad(path, "it belongs to another store");
            segments.Add(segment.Value);
        }

        return segments;
    }

    private static CorruptionException Bad(string path, string problem) => new(path, 0, problem,
        "The store is not opened with a part of its data. Restore the file from a backup; 'kv wal repair' would cut the journal before it and say what is lost");
}
