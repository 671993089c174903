using Orleans.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Grains.Storage;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Storage;

/// <summary>An ordinary Orleans application that uses our grain storage and nothing else of ours (docs/GRAIN-STORAGE.md).</summary>
public sealed class SiloTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private FaultyDisk? _disk;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Counter_KeepsItsState_OverARestartOfTheSilo()
    {
        await using InProcessTestCluster cluster = await StartAsync();
        Assert.Equal(5, await Counter(cluster, "a").Add(5));
        Assert.Equal(7, await Counter(cluster, "a").Add(2));
        await Counter(cluster, "b").Add(1);
        await Counter(cluster, "b").Reset();
        await Counter(cluster, "late").AddLater(9);
        await cluster.RestartSiloAsync(cluster.Silos[0]);
        await cluster.InitializeClientAsync();
        Assert.Equal(7, await Counter(cluster, "a").Get());
        Assert.Equal(0, await Counter(cluster, "b").Get());
        Assert.Equal(9, await Counter(cluster, "late").Get()); // written on deactivation: the folder is closed after the grains
        Assert.Equal(8, await Counter(cluster, "a").Add(1));
        Assert.Equal(3, await Counter(cluster, "b").Add(3));
    }

    [Fact]
    public async Task Counter_KeepsItsState_InANewClusterOnTheSameFolder()
    {
        await using (InProcessTestCluster first = await StartAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Counter(first, $"{i}").Add(i)));
        }

        await using InProcessTestCluster second = await StartAsync();
        int[] found = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Counter(second, $"{i}").Get()));
        Assert.Equal(Enumerable.Range(0, 100), found);
    }

    [Fact]
    public async Task Counter_KeepsItsState_WhenTheSiloIsKilled()
    {
        await using InProcessTestCluster cluster = await StartAsync();
        await Counter(cluster, "a").Add(5);
        await cluster.KillSiloAsync(cluster.Silos[0]);
        await cluster.StartAdditionalSiloAsync();
        await cluster.InitializeClientAsync();
        Assert.Equal(5, await Counter(cluster, "a").Get());
    }

    [Fact]
    public async Task FailedWrite_ReachesTheCallerInWords()
    {
        await using InProcessTestCluster cluster = await StartAsync(o => o.OpenDisk = folder => _disk = new FaultyDisk(folder));
        await Counter(cluster, "a").Add(5);
        _disk!.FlushFault = "the cable is out";
        JournalStorageException failed = await Assert.ThrowsAsync<JournalStorageException>(() => Counter(cluster, "a").Add(1));
        Assert.Contains("the cable is out", failed.Message, StringComparison.Ordinal);
        JournalStorageException refused = await Assert.ThrowsAsync<JournalStorageException>(() => Counter(cluster, "a").Add(1));
        Assert.Contains("Nothing was changed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StaleTag_ReachesTheCaller_AndTheNextActivationGoesOn()
    {
        await using InProcessTestCluster cluster = await StartAsync();
        await Counter(cluster, "a").Add(5);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Counter(cluster, "a").WriteStale());
        Assert.Equal(6, await Counter(cluster, "a").Add(1)); // Orleans has replaced the activation
    }

    [Fact]
    public async Task FirstWrite_OfAStateThatNoStartCouldRead_IsRefused()
    {
        await using InProcessTestCluster cluster = await StartAsync();
        IUnmarkedGrain grain = cluster.Client.GetGrain<IUnmarkedGrain>("a");
        JournalStorageException refused = await Assert.ThrowsAsync<JournalStorageException>(() => grain.Write("x"));
        Assert.Contains("[GenerateSerializer]", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", refused.Message, StringComparison.Ordinal);
        Assert.Null(await grain.Read());
    }

    [Fact]
    public async Task Start_WithADamagedFolder_Fails_WithTheReason()
    {
        await File.WriteAllTextAsync(_folder.File("MANIFEST"), "no manifest");
        Exception? failed = await Record.ExceptionAsync(async () =>
        {
            await using InProcessTestCluster cluster = await StartAsync();
        });
        Assert.NotNull(failed);
        IEnumerable<Exception> causes = failed is AggregateException all ? all.Flatten().InnerExceptions : [failed];
        Assert.Contains(causes, c => c is JournalStorageException
            && c.Message.Contains(_folder.File("MANIFEST"), StringComparison.Ordinal));
    }

    private async Task<InProcessTestCluster> StartAsync(Action<JournalGrainStorageOptions>? more = null)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) => silo.AddJournalGrainStorage("journal", options =>
        {
            options.Folder = _folder.Path;
            more?.Invoke(options);
        }));
        InProcessTestCluster cluster = builder.Build();
        try
        {
            await cluster.DeployAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static ICounterGrain Counter(InProcessTestCluster cluster, string key) => cluster.Client.GetGrain<ICounterGrain>(key);
}
