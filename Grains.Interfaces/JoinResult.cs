namespace OrleansKv.Grains;

/// <summary>Answer to a node that joins.</summary>
/// <param name="Outcome">Whether it has.</param>
/// <param name="Map">The cluster map, whole; with the node in it when it has joined.</param>
/// <param name="Problem">Why it cannot join, and what an operator does about it; null when it has.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.join")]
public sealed record JoinResult(
    [property: Id(0)] JoinOutcome Outcome, [property: Id(1)] ClusterMapUpdate Map, [property: Id(2)] string? Problem);
