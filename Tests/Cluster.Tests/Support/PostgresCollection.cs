using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Support;

/// <summary>Tests that share one PostgreSQL, each with a database of its own; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresInstance>
{
    public const string Name = "PostgreSQL";
}
