namespace OrleansKv.Cluster.Tests.Storage.Support;

[GenerateSerializer]
[Alias("OrleansKv.Tests.TestState")]
public sealed record TestState
{
    [Id(0)]
    public string? Text { get; set; }

    [Id(1)]
    public long Number { get; set; }

    [Id(2)]
    public byte[]? Bytes { get; set; }
}
