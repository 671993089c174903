namespace OrleansKv.Cluster.Tests.Storage.Support;

[Alias("OrleansKv.Tests.ICounterGrain")]
public interface ICounterGrain : IGrainWithStringKey
{
    [Alias("Add")]
    Task<int> Add(int amount);

    [Alias("Get")]
    Task<int> Get();

    [Alias("Reset")]
    Task Reset();

    /// <summary>Adds, and writes only when the activation ends.</summary>
    [Alias("AddLater")]
    Task AddLater(int amount);

    [Alias("Forget")]
    Task Forget();

    /// <summary>Writes with the tag of an earlier write; the storage must refuse it.</summary>
    [Alias("WriteStale")]
    Task WriteStale();
}
