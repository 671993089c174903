namespace OrleansKv.Grains;

/// <summary>A node of the cluster as clients see it.</summary>
/// <param name="Id">Its name (<c>--node-id</c>), stable over restarts; also the name of its silo.</param>
/// <param name="Host">Where clients reach it, an address or a name.</param>
/// <param name="Port">Port of the RESP gateway.</param>
/// <param name="TlsPort">The same with TLS; 0 for none.</param>
[GenerateSerializer, Immutable, Alias("orleanskv.node")]
public sealed record NodeInfo([property: Id(0)] string Id, [property: Id(1)] string Host, [property: Id(2)] int Port, [property: Id(3)] int TlsPort);
