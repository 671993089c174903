// The C# blocks of docs/CLIENT.md, in the order of the document, around a node that the test has started.
//$ dotnet Silo/bin/Release/net10.0/orleanskv-silo.dll
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.TestingHost;
using OrleansKv.Client;

await UseFromHost(args);
await UseFromScript();
await UseWithOptions(args);
await UseAsCache(args);
await UseForGrains(args);
await UseInTests();

static async Task UseFromHost(string[] args)
{
    //snippet 1
    builder.Services.AddSingleton<Visits>();
    using IHost host = builder.Build();
    await host.StartAsync();
    Visits visits = host.Services.GetRequiredService<Visits>();
    Assert.Equal(1, await visits.SeeAsync("ann", CancellationToken.None));
    Assert.Equal(2, await visits.SeeAsync("ben", CancellationToken.None));
    await host.StopAsync();
}

static async Task UseFromScript()
{
    //snippet 2
    //snippet 5
    Assert.Equal(new Order("pen", 4), order);
    Assert.Null(before);
    Assert.True(there);
    //snippet 6
    Assert.Equal("new", name.Value);
    Assert.Equal(1, hits.Value);
    //snippet 7
    Assert.Equal(["pen"], (await store.GetAsync<Cart>("cart"))!.Items);
}

static async Task UseWithOptions(string[] args)
{
    HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
    //snippet 3
    using IHost host = builder.Build();
    await host.StartAsync();
    Assert.Equal(2, await host.Services.GetRequiredService<IKeyValueStore>().GetAsync<long>("visits"));
    await host.StopAsync();
}

static async Task UseAsCache(string[] args)
{
    HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
    //snippet 8
    using IHost host = builder.Build();
    await host.StartAsync();
    HybridCache cache = host.Services.GetRequiredService<HybridCache>();
    await cache.SetAsync("nine", 9); // unlike GetOrCreateAsync, this waits until the second level has the value
    Assert.Equal(9, await cache.GetOrCreateAsync("nine", _ => ValueTask.FromResult(0)));
    Assert.True(await host.Services.GetRequiredService<IKeyValueStore>().ExistsAsync("cache:nine"));
    await host.StopAsync();
}

static async Task UseForGrains(string[] args)
{
    for (int run = 1; run <= 2; run++)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
        //snippet 9
        using IHost host = builder.Build();
        await host.StartAsync();
        Assert.Equal(run, await host.Services.GetRequiredService<IGrainFactory>().GetGrain<ICartGrain>("mine").Add("pen"));
        await host.StopAsync();
    }
}

static async Task UseInTests()
{
    //snippet 11
    Assert.Equal(1, await cluster.Client.GetGrain<ICartGrain>("mine").Add("pen"));
    Assert.Equal(1, await inTest.IncrementAsync("visits"));
}
