namespace OrleansKv.Cluster.Tests.Client;

/// <summary>A value as applications have them.</summary>
public sealed record Order(string Item, int Count);
