namespace OrleansKv.Engine;

/// <summary>Stored data that must not be served. The message names file, place and what can be done, for an operator to read.</summary>
public sealed class CorruptionException(string file, long offset, string problem, string advice)
    : Exception($"{file}, offset {offset}: {problem}. {advice}")
{
    public string File { get; } = file;

    /// <summary>Bytes from the start of the file.</summary>
    public long Offset { get; } = offset;

    public string Problem { get; } = problem;

    /// <summary>Whether a newer program wrote the file: nothing of it is damaged then, and nothing of it may be changed.</summary>
    public bool IsNewerFormat { get; private init; }

    /// <summary>A file whose format version is newer than the one that this program knows.</summary>
    public static CorruptionException Newer(string file, long version, long known) =>
        new(file, 0, $"format version {version} is newer than this program's {known}",
            "Open the store with the program that wrote it, or a newer one") { IsNewerFormat = true };
}
