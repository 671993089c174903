using System.Text;
using OrleansKv.Client;
using OrleansKv.Cluster.Tests.Support;

namespace OrleansKv.Cluster.Tests.Client;

public sealed class OperationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Operations_OverOneAndThreeSilos_DoWhatTheySay(int silos)
    {
        await using KvTestCluster cluster = await KvTestCluster.StartAsync(silos);
        IKeyValueStore store = cluster.Store;
        for (int i = 0; i < 40; i++)
        {
            string key = $"key{i}";
            Assert.Null(await store.GetAsync(key));
            Assert.False(await store.ExistsAsync(key));
            Assert.True(await store.SetAsync(key, Encoding.UTF8.GetBytes($"value{i}").AsMemory()));
            Assert.Equal($"value{i}", Encoding.UTF8.GetString((await store.GetAsync(key))!.Value.Span));
            Assert.Equal($"value{i}", await store.GetAsync<string>(key));
            Assert.True(await store.ExistsAsync(key));
            Assert.True(await store.DeleteAsync(key));
            Assert.False(await store.DeleteAsync(key));
        }
    }
}
