using OrleansKv.Client;

namespace OrleansKv.Cluster.Tests.Support;

/// <summary>Keys in all shards that are written once: whoever serves them later must tell the same versions of them.</summary>
internal static class KeptVersions
{
    private const int Keys = 200;

    public static async Task<Dictionary<string, KeyVersion>> WriteAsync(KvTestCluster cluster)
    {
        var versions = new Dictionary<string, KeyVersion>();
        for (int i = 0; i < Keys; i++)
        {
            SwapResult written = await cluster.Store.TrySetAsync($"kept{i}", i, KeyVersion.None);
            Assert.True(written.Succeeded);
            versions[$"kept{i}"] = written.Version;
        }

        return versions;
    }

    /// <summary>
    /// Each key has its version, and can be changed by it. Other keys are written before, so that new tenures have records.
    /// </summary>
    public static async Task CheckAsync(KvTestCluster cluster, Dictionary<string, KeyVersion> versions)
    {
        for (int i = 0; i < Keys; i++)
        {
            KeyVersion other = (await cluster.Store.TrySetAsync($"since{i}", i, KeyVersion.None)).Version;
            Assert.True(other.Epoch > 0 && other.Lsn > 0);
        }

        foreach ((string key, KeyVersion version) in versions)
        {
            Assert.Equal(version, (await cluster.Store.GetVersionedAsync(key)).Version);
            SwapResult swap = await cluster.Store.TrySetAsync(key, -1, version);
            Assert.True(swap.Succeeded && swap.Version > version, $"{key}: {version}, then {swap}");
            Assert.False((await cluster.Store.TrySetAsync(key, -2, version)).Succeeded);
        }
    }
}
