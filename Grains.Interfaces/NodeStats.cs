namespace OrleansKv.Grains;

/// <summary>What a node says of itself, for NODES, INFO, CLUSTER and the status pages of the others.</summary>
/// <param name="Shards">Shards that it is home of.</param>
/// <param name="Keys">Keys of them.</param>
/// <param name="Bytes">Memory of its tables, bytes.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.nodestats")]
public sealed record NodeStats([property: Id(0)] int Shards, [property: Id(1)] long Keys, [property: Id(2)] long Bytes)
{
    /// <summary>
    /// As its own health check has it: <c>joining</c>, <c>ready</c>, <c>failed</c> (its journal or its disk refuses writes) or
    /// <c>stopping</c>.
    /// </summary>
    [Id(3)]
    public string State { get; init; } = "ready";

    /// <summary>Shards of it that it cannot serve, ascending.</summary>
    [Id(4)]
    public int[] Unserved { get; init; } = [];
}
