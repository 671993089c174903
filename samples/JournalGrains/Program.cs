// An Orleans application of one silo whose grains keep their states in a journal on its own disk: no database, no server.
// Run it twice, and the second run goes on where the first ended: dotnet run --project samples/JournalGrains
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
// Orleans takes its watchdog's first look for a stall since the machine's start.
builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
builder.UseOrleans(silo => silo
    // Its ports differ from those of an OrleansKv node on the same machine.
    .UseLocalhostClustering(builder.Configuration.GetValue("SiloPort", 13111), builder.Configuration.GetValue("GatewayPort", 32000))
    .AddJournalGrainStorage("journal", options => options.Folder = builder.Configuration["Folder"] ?? "data/grains"));
using IHost host = builder.Build();
await host.StartAsync();

ICounterGrain counter = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>("runs");
Console.WriteLine($"run {await counter.Add(1)}");
await host.StopAsync();

public interface ICounterGrain : IGrainWithStringKey
{
    Task<int> Add(int amount);
}

public sealed class CounterGrain([PersistentState("count", "journal")] IPersistentState<CounterState> count) : Grain, ICounterGrain
{
    public async Task<int> Add(int amount)
    {
        count.State.Value += amount;
        await count.WriteStateAsync(); // returns when it is on the disk
        return count.State.Value;
    }
}

// Without the attributes the state could be written but not read again: the first write would be refused, and say so.
[GenerateSerializer]
public sealed class CounterState
{
    [Id(0)]
    public int Value { get; set; }
}
