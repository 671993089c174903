// An Orleans application with a cluster of its own whose grains keep their states in an OrleansKv cluster: any silo of the application
// can read them, wherever the grain is activated. Start a node, then: dotnet run --project samples/StoreGrains -- --OrleansKv
// 127.0.0.1:30000
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Runtime;
using OrleansKv.Client;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
// Orleans takes its watchdog's first look for a stall since the machine's start.
builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // a start that fails is told below, in a line
builder.AddOrleansKvClient(builder.Configuration["OrleansKv"] ?? "127.0.0.1:30000"); // a connection beside the silo
builder.UseOrleans(silo =>
{
    // The application's own cluster; its ports differ from those of a node on the same machine.
    silo.UseLocalhostClustering(builder.Configuration.GetValue("SiloPort", 12111), builder.Configuration.GetValue("GatewayPort", 31000));
    silo.Services.AddOrleansKvGrainStorage("kv");
});
using IHost host = builder.Build();
try
{
    await host.StartAsync();
}
catch (Exception failure) when (failure is KeyValueStoreException or OptionsValidationException) // no node, or no such endpoint
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

ICounterGrain counter = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>("runs");
Console.WriteLine($"run {await counter.Add(1)}");
await host.StopAsync();
return 0;

public interface ICounterGrain : IGrainWithStringKey
{
    Task<int> Add(int amount);
}

public sealed class CounterGrain([PersistentState("count", "kv")] IPersistentState<CounterState> count) : Grain, ICounterGrain
{
    public async Task<int> Add(int amount)
    {
        count.State.Value += amount;
        await count.WriteStateAsync();
        return count.State.Value;
    }
}

[GenerateSerializer]
public sealed class CounterState
{
    [Id(0)]
    public int Value { get; set; }
}
