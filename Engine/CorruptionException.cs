namespace OrleansKv.Engine;

/// <summary>Stored data that must not be served. The message names file, place and what can be done, for an operator to read.</summary>
public sealed class CorruptionException(string file, long offset, string problem, string advice)
    : Exception($"{file}, offset {offset}: {problem}. {advice}")
{
    public string File { get; } = file;

    /// <summary>Bytes from the start of the file.</summary>
    public long Offset { get; } = offset;

    public string Problem { get; } = problem;
}
