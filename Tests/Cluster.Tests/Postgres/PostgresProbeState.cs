namespace OrleansKv.Cluster.Tests.Postgres;

[GenerateSerializer]
[Alias("OrleansKv.Tests.PostgresProbeState")]
public sealed class PostgresProbeState
{
    // Not public: a storage that keeps public properties alone would lose it.
    [Id(0)]
    private int _number;

    public int Number
    {
        get => _number;
        init => _number = value;
    }
}
