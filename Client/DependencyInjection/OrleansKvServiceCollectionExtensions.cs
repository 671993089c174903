using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans;
using OrleansKv.Client;
using OrleansKv.Client.Caching;
using OrleansKv.Client.Routing;
using OrleansKv.Client.Store;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the store's client to an application's services.</summary>
public static class OrleansKvServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IKeyValueStore"/> on the silo that it runs in, or on the host's own Orleans client (<c>UseOrleansClient</c>): for a
    /// node of the OrleansKv cluster. Every other application calls <c>AddOrleansKvClient</c>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the options; may be called again, all count.</param>
    public static IServiceCollection AddOrleansKv(this IServiceCollection services, Action<KeyValueStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<KeyValueStoreOptions>().Validate(
            static o => o.IsValid, $"OrleansKv client: a serializer is needed, {nameof(KeyValueStoreOptions.MaxQueuedBytesPerShard)} is "
                + $"1 to 1073741824, {nameof(KeyValueStoreOptions.RetryTimeout)} at most 10 minutes");
        if (configure is not null) services.Configure(configure);
        services.TryAddSingleton(
            static provider => new ShardRouter(GrainsOf(provider), provider.GetRequiredService<IOptions<KeyValueStoreOptions>>().Value));
        services.TryAddSingleton<IKeyValueStore, KeyValueStore>();
        return services;
    }

    /// <summary>
    /// Adds the store as the application's <see cref="IDistributedCache"/>, which is also what <c>AddHybridCache</c> keeps its entries in.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the options.</param>
    public static IServiceCollection AddOrleansKvDistributedCache(
        this IServiceCollection services, Action<OrleansKvCacheOptions>? configure = null)
    {
        services.AddOrleansKv();
        services.AddOptions<OrleansKvCacheOptions>().Validate(
            static o => o.KeyPrefix is not null && o.Time is not null, "OrleansKv cache: the key prefix and the clock must not be null");
        if (configure is not null) services.Configure(configure);
        services.AddSingleton<IDistributedCache, DistributedCache>();
        return services;
    }

    // A connection to another cluster goes before the process' own silo or client.
    private static IGrainFactory GrainsOf(IServiceProvider provider) =>
        provider.GetService<OrleansKvConnection>()?.Grains ?? provider.GetService<IGrainFactory>() ?? provider.GetService<IClusterClient>()
        ?? throw new InvalidOperationException(
            "the store is not connected: call AddOrleansKvClient(\"HOST:PORT\") on the host, or run in a silo of the OrleansKv cluster");
}
