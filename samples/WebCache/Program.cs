// A web application whose HybridCache keeps its second level in an OrleansKv cluster: all its instances share what one has computed.
// Start a node, then: dotnet run --project samples/WebCache -- --OrleansKv 127.0.0.1:30000, and ask for /square/12 twice.
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Options;
using OrleansKv.Client;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddOrleansKvClient(builder.Configuration["OrleansKv"] ?? "127.0.0.1:30000");
builder.Services.AddOrleansKvDistributedCache(options => options.KeyPrefix = "webcache:");
builder.Services.AddHybridCache();

builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // a start that fails is told below, in a line

WebApplication app = builder.Build();
app.MapGet("/square/{number:int}", async (int number, HybridCache cache, ILogger<Program> log, CancellationToken cancel) =>
{
    long square = await cache.GetOrCreateAsync(
        $"square:{number}",
        _ =>
        {
            log.LogInformation("Computing the square of {Number}", number);
            return ValueTask.FromResult((long)number * number);
        },
        new HybridCacheEntryOptions { Expiration = TimeSpan.FromMinutes(5) },
        cancellationToken: cancel);
    return $"{number} squared is {square}";
});
try
{
    app.Run();
    return 0;
}
catch (Exception failure) when (failure is KeyValueStoreException or OptionsValidationException) // no node, or no such endpoint
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
