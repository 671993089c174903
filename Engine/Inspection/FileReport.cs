namespace OrleansKv.Engine.Inspection;

/// <summary>What was found in one file of a data folder.</summary>
/// <param name="Name">File name.</param>
/// <param name="What">What <paramref name="Count"/> counts: records, entries, shards.</param>
/// <param name="Count">Whole ones before the first problem.</param>
/// <param name="SizeBytes">Size of the file.</param>
/// <param name="Problem">The first thing wrong; null when it is whole.</param>
/// <param name="ProblemOffset">Where, bytes from the start of the file.</param>
public sealed record FileReport(string Name, string What, long Count, long SizeBytes, string? Problem, long ProblemOffset)
{
    /// <summary>Whether a newer program wrote it: a problem for this program, and no damage.</summary>
    public bool IsNewerFormat { get; init; }

    /// <summary>Bytes of a segment before its first problem, or before the room that was written ahead.</summary>
    internal long WholeBytes { get; init; }

    /// <summary>What a server says that refuses to start for it; null when it does not.</summary>
    public string? Refusal { get; init; }
}
