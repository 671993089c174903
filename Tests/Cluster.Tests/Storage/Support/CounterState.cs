namespace OrleansKv.Cluster.Tests.Storage.Support;

[GenerateSerializer]
[Alias("OrleansKv.Tests.CounterState")]
public sealed class CounterState
{
    [Id(0)]
    public int Value { get; set; }
}
