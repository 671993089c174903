namespace OrleansKv.Grains;

/// <summary>Answer to a node that joins.</summary>
/// <param name="Map">The cluster map with the node in it.</param>
/// <param name="Refusal">Why it cannot join, for an operator; null when it has.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.join")]
public sealed record JoinResult([property: Id(0)] ClusterMap Map, [property: Id(1)] string? Refusal);
