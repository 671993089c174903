namespace OrleansKv.Silo.Tests.Support;

/// <summary>
/// Tests of real processes: they share one cluster, and nothing else runs beside them, because a starved node is found dead.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessCollection : ICollectionFixture<QuorumCluster>
{
    public const string Name = "Processes";
}
