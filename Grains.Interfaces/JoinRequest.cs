namespace OrleansKv.Grains;

/// <summary>What a node says of itself when it joins.</summary>
/// <param name="Node">The node, with its silo and store.</param>
/// <param name="Slots">Bytes of its store's slot map.</param>
/// <param name="Keys">Keys in its store.</param>
/// <param name="Folder">What its data folder says whose it is.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.joinrequest")]
public sealed record JoinRequest(
    [property: Id(0)] NodeInfo Node, [property: Id(1)] byte[] Slots, [property: Id(2)] long Keys, [property: Id(3)] FolderOwner Folder)
{
    /// <summary>The store that this one replaces with an operator's consent, although what it had is lost; null for none.</summary>
    [Id(4)]
    public string? ReplacesStore { get; init; }

    /// <summary>
    /// Nothing is known of what its store has promised for its replicas: it is new, or another program has written to it.
    /// </summary>
    [Id(8)]
    public bool HasNoPromises { get; init; }

    /// <summary>
    /// The newest epoch of a record in its store: what it writes from now on must have a higher one. 0 for an empty store, and from a
    /// program that does not say.
    /// </summary>
    [Id(5)]
    public uint NewestEpoch { get; init; }

    /// <summary>Copies of each shard that it was started with; 0: it does not say. They count only where it founds the cluster.</summary>
    [Id(6)]
    public int Replicas { get; init; }

    /// <summary>The write quorum that it was started with; 0: it does not say. It counts only where it founds the cluster.</summary>
    [Id(7)]
    public int WriteQuorum { get; init; }

    /// <summary>The read quorum that it was started with; 0: the least that the write quorum allows. As the write quorum.</summary>
    [Id(9)]
    public int ReadQuorum { get; init; }
}
