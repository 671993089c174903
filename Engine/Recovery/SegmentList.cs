using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;

namespace OrleansKv.Engine.Recovery;

/// <summary>Finds a folder's segments in order and checks that none is missing between them.</summary>
internal static class SegmentList
{
    /// <param name="disk">The folder.</param>
    /// <param name="isNew">
    /// It has no manifest: a first start may have ended between making its segment and writing the header (builds before the one that gives
    /// the segment its name last). Nothing was acknowledged then, and the folder is still an empty one.
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
            if (Segment.NewerVersion(file.At(0, Segment.HeaderBytes)) is { } version)
                throw CorruptionException.Newer(path, version, Segment.FormatVersion);
            string remedy = i == 0 ? Remedy.NoJournal : Remedy.CutBefore;
            Segment? segment = Segment.TryRead(file.At(0, Segment.HeaderBytes), out string? problem);
            if (segment is null) throw new CorruptionException(path, 0, problem!, remedy);
            if (segment.Value.Name != names[i])
                throw new CorruptionException(path, 0, $"the file says that it is {segment.Value.Name}", remedy);
            if (i > 0 && segment.Value.Number != segments[^1].Number + 1)
                throw new CorruptionException(path, 0, $"{Segment.NameOf(segments[^1].Number + 1)} before it is missing", remedy);
            if (i > 0 && segment.Value.StoreId != segments[0].StoreId)
                throw new CorruptionException(path, 0, "it belongs to another store", remedy);
            segments.Add(segment.Value);
        }

        return segments;
    }
}
