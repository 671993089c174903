namespace OrleansKv.Silo.Tests.Replication;

/// <summary>
/// Tests of three processes with three copies of each shard. They share the cluster, and nothing else runs beside them, because a starved
/// node is found dead.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ReplicatedCollection : ICollectionFixture<ReplicatedCluster>
{
    public const string Name = "Replicated processes";
}
