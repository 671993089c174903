using Orleans.Runtime;

namespace OrleansKv.Grains;

/// <summary>A node of the cluster as clients see it, and which of the silos and data folders that could claim its id is it.</summary>
/// <param name="Id">Its name (<c>--node-id</c>), stable over restarts; also the name of its silo.</param>
/// <param name="Host">Where clients reach it, an address or a name.</param>
/// <param name="Port">Port of the RESP gateway.</param>
/// <param name="TlsPort">The same with TLS; 0 for none.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.node")]
public sealed record NodeInfo(
    [property: Id(0)] string Id, [property: Id(1)] string Host, [property: Id(2)] int Port, [property: Id(3)] int TlsPort)
{
    /// <summary>The silo that joined as this node last. No other one is the node while it runs.</summary>
    [Id(4)]
    public SiloAddress? Silo { get; init; }

    /// <summary>Id of the store that has its shards, 16 hexadecimal digits; null for one in memory.</summary>
    [Id(5)]
    public string? Store { get; init; }

    /// <summary>Which commands its program knows by which number; nodes that differ cannot read each other's batches.</summary>
    [Id(6)]
    public uint Commands { get; init; }

    /// <summary>Its acceptor of the control plane's registers, whether or not it is asked; 0 where a database has the membership.</summary>
    [Id(7)]
    public ulong Acceptor { get; init; }

    /// <summary>How often the acceptor's folder had been opened then.</summary>
    [Id(9)]
    public ulong AcceptorLife { get; init; }

    /// <summary>The port of the acceptor, at the silo's address.</summary>
    [Id(8)]
    public int ControlPort { get; init; }
}
