using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansKv.Client;
using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Cluster.Tests.Support;

namespace OrleansKv.Cluster.Tests.Client;

/// <summary>The grain storage that keeps states in the store.</summary>
public sealed class GrainStorageTests(GrainStorageTests.Fixture fixture) : GrainStorageConformance, IClassFixture<GrainStorageTests.Fixture>
{
    private protected override IGrainStorage Storage => fixture["journal"];

    [Theory]
    [InlineData("a/b", "t", "k", "a", "b/t", "k")]
    [InlineData("s", "t", "a/b", "s", "t/a", "b")]
    [InlineData("s%2Ft", "u", "k", "s/t", "u", "k")]
    [InlineData("s", "t", "{tag}a", "s", "t", "{tag}b")]
    public async Task States_WhoseNamesTogetherReadTheSame_AreApart(
        string state1, string type1, string key1, string state2, string type2, string key2)
    {
        var first = new Cell(Storage, GrainId.Create(type1, key1), state1);
        var second = new Cell(Storage, GrainId.Create(type2, key2), state2);
        await AssertApart(first, second);
    }

    [Fact]
    public async Task Providers_HaveKeysOfTheirOwn()
    {
        GrainId grain = NewId();
        var one = new Cell(Storage, grain);
        var other = new Cell(fixture["other"], grain);
        await one.WriteAsync("one");
        Assert.False((await other.AgainAsync()).State.RecordExists);
        await other.WriteAsync("other");
        Assert.Equal("one", (await one.AgainAsync()).Text);
        Assert.True(await fixture.Cluster.Store.ExistsAsync($"mine/state/{grain.Type}/{grain.Key}"));
        Assert.True(await fixture.Cluster.Store.ExistsAsync($"grain:journal:state/{grain.Type}/{grain.Key}"));
    }

    [Fact]
    public async Task StateThatCannotBeRead_SaysWhose()
    {
        GrainId grain = NewId();
        await fixture.Cluster.Store.SetAsync($"grain:journal:state/{grain.Type}/{grain.Key}", "no json");
        KeyValueStoreException failed = await Assert.ThrowsAsync<KeyValueStoreException>(() => new Cell(Storage, grain).ReadAsync());
        Assert.Contains(grain.ToString(), failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstWrite_OfAStateThatCouldNotBeReadAgain_IsRefused()
    {
        IUnmarkedGrain grain = fixture.Cluster.Orleans.Client.GetGrain<IUnmarkedGrain>("a");
        OrleansException failed = await Assert.ThrowsAsync<OrleansException>(() => grain.Write("x")); // Orleans' own around it
        KeyValueStoreException refused = Assert.IsType<KeyValueStoreException>(failed.InnerException);
        Assert.Equal(KeyValueStoreError.Refused, refused.Error);
        Assert.Contains("[GenerateSerializer]", refused.Message, StringComparison.Ordinal);
        Assert.Null(await grain.Read());
    }

    [Fact]
    public async Task Grains_KeepTheirStates_OverTheirDeactivation()
    {
        ICounterGrain counter = fixture.Cluster.Orleans.Client.GetGrain<ICounterGrain>("a");
        Assert.Equal(5, await counter.Add(5));
        await fixture.Cluster.Orleans.DeactivateAsync(counter);
        Assert.Equal(5, await counter.Get());
        await counter.Reset();
        await fixture.Cluster.Orleans.DeactivateAsync(counter);
        Assert.Equal(0, await counter.Get());
    }

    [Fact]
    public async Task StaleTag_ReachesTheCaller_AndTheNextActivationGoesOn()
    {
        ICounterGrain counter = fixture.Cluster.Orleans.Client.GetGrain<ICounterGrain>("stale");
        await counter.Add(5);
        await Assert.ThrowsAsync<InconsistentStateException>(counter.WriteStale);
        Assert.Equal(6, await counter.Add(1)); // Orleans has replaced the activation
    }

    /// <summary>Three nodes whose grains keep their states in the store that they make up.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        public KvTestCluster Cluster { get; private set; } = null!;

        public IGrainStorage this[string name] => Cluster.Orleans.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(name);

        public async Task InitializeAsync() => Cluster = await KvTestCluster.StartAsync(new KvTestOptions
        {
            Silos = 3,
            Silo = silo =>
            {
                silo.Services.AddOrleansKvGrainStorage("journal");
                silo.Services.AddOrleansKvGrainStorage("other", o => o.KeyPrefix = "mine/");
            },
        });

        public async Task DisposeAsync() => await Cluster.DisposeAsync();
    }
}
