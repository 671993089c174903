namespace OrleansKv.Libraries.Tests;

/// <summary>Tests that share one server.</summary>
[CollectionDefinition(Name)]
public sealed class LibraryCollection : ICollectionFixture<ServerFixture>
{
    public const string Name = "libraries";
}
