using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Providers;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using OrleansKv.Client;
using OrleansKv.Client.GrainStorage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds grain storages that keep states in the store.</summary>
public static class OrleansKvGrainStorageExtensions
{
    /// <summary>
    /// Adds a grain storage that keeps states in the store to a silo (<c>silo.Services</c>), for <c>[PersistentState("...", name)]</c>. A
    /// silo of another cluster than the store's has a connection to it beside: <c>AddOrleansKvClient</c>. Not for the grains of the store's
    /// own cluster map: those need another storage.
    /// </summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="name">The provider's name.</param>
    /// <param name="configure">Changes the options.</param>
    public static IServiceCollection AddOrleansKvGrainStorage(
        this IServiceCollection services, string name, Action<OrleansKvGrainStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        services.AddOrleansKv();
        services.AddOptions<OrleansKvGrainStorageOptions>(name);
        if (configure is not null) services.Configure(name, configure);
        services.TryAddEnumerable(ServiceDescriptor.Transient<IPostConfigureOptions<OrleansKvGrainStorageOptions>,
            DefaultStorageProviderSerializerOptionsConfigurator<OrleansKvGrainStorageOptions>>());
        services.AddKeyedSingleton<IGrainStorage>(name, static (provider, key) => new KeyValueGrainStorage(
            (string)key!,
            provider.GetRequiredService<IOptionsMonitor<OrleansKvGrainStorageOptions>>().Get((string)key!),
            provider.GetRequiredService<IKeyValueStore>(),
            provider.GetRequiredService<IActivatorProvider>()));
        // As Orleans' AddGrainStorage, which only silos have: states without a provider's name ask for the service without a key.
        if (name == ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)
            services.TryAddSingleton(
                static provider => provider.GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME));
        return services;
    }

    /// <summary>Adds it as the storage of states that name no provider.</summary>
    public static IServiceCollection AddOrleansKvGrainStorageAsDefault(
        this IServiceCollection services, Action<OrleansKvGrainStorageOptions>? configure = null) =>
        services.AddOrleansKvGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configure);
}
