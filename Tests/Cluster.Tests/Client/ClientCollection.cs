namespace OrleansKv.Cluster.Tests.Client;

/// <summary>Tests that share <see cref="SharedClusters"/>; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ClientCollection : ICollectionFixture<SharedClusters>
{
    public const string Name = "client";
}
