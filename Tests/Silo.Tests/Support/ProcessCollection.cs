namespace OrleansKv.Silo.Tests.Support;

/// <summary>
/// Tests of real processes that share one cluster, or that bound the time in which the living answer for the dead: nothing else runs
/// beside them. Tests with nodes of their own are in no collection: they wait most of their time, and two classes of them run at once.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessCollection : ICollectionFixture<QuorumCluster>
{
    public const string Name = "Processes";
}
