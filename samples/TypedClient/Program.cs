// A console program that uses an OrleansKv cluster through the typed client.
// Start a node, then: dotnet run --project samples/TypedClient -- 127.0.0.1:30000
using Microsoft.Extensions.Options;
using OrleansKv.Client;

string[] endpoints = args.Length > 0 ? args : ["127.0.0.1:30000"]; // the nodes' --gateway-port
try
{
    await using OrleansKvConnection connection = await OrleansKvConnection.ConnectAsync(endpoints);
    IKeyValueStore store = connection.Store;

    // A value of a type of ours is kept as JSON, here for ten minutes.
    await store.SetAsync("order:1", new Order("pen", 3), TimeSpan.FromMinutes(10));
    Console.WriteLine($"order:1 is {await store.GetAsync<Order>("order:1")}");

    // A counter that any number of programs may count with.
    long runs = await store.IncrementAsync("runs");
    Console.WriteLine($"runs is {runs}");

    // Compare and set: only if nobody has changed the key since it was read.
    Versioned<Order> read = await store.GetVersionedAsync<Order>("order:1");
    SwapResult swap = await store.TrySetAsync("order:1", read.Value! with { Count = 4 }, read.Version);
    Console.WriteLine($"changed: {swap.Succeeded}");
    return 0;
}
catch (Exception failure) when (failure is KeyValueStoreException or OptionsValidationException) // no node, or no such endpoint
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

internal sealed record Order(string Item, int Count);
