namespace OrleansKv.Cluster.Tests.Storage.Support;

/// <summary>A grain whose state's type lacks the serializer's attribute.</summary>
[Alias("OrleansKv.Tests.IUnmarkedGrain")]
public interface IUnmarkedGrain : IGrainWithStringKey
{
    [Alias("Write")]
    Task Write(string text);

    [Alias("Read")]
    Task<string?> Read();
}
