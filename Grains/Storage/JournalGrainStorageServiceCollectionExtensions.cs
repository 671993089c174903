using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using OrleansKv.Grains.Storage;

namespace Orleans.Hosting;

/// <summary>Adds journal grain storages to a silo's services.</summary>
public static class JournalGrainStorageServiceCollectionExtensions
{
    /// <summary>
    /// Adds a grain storage that keeps states in a journal on the silo's disk, for <c>[PersistentState("...", name)]</c>.
    /// </summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="name">The provider's name.</param>
    /// <param name="configure">At least the folder.</param>
    public static IServiceCollection AddJournalGrainStorage(
        this IServiceCollection services, string name, Action<JournalGrainStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddJournalGrainStorage(name, (OptionsBuilder<JournalGrainStorageOptions> options) => options.Configure(configure));
    }

    /// <summary>The same with an options builder: configuration sections, dependencies.</summary>
    public static IServiceCollection AddJournalGrainStorage(
        this IServiceCollection services, string name, Action<OptionsBuilder<JournalGrainStorageOptions>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        configure?.Invoke(services.AddOptions<JournalGrainStorageOptions>(name));
        services.ConfigureNamedOptionForLogging<JournalGrainStorageOptions>(name);
        services.TryAddEnumerable(ServiceDescriptor.Transient<IPostConfigureOptions<JournalGrainStorageOptions>,
            DefaultStorageProviderSerializerOptionsConfigurator<JournalGrainStorageOptions>>());
        services.AddTransient<IConfigurationValidator>(
            provider => new JournalGrainStorageOptionsValidator(name, OptionsOf(provider, name)));
        services.AddSingleton(new JournalProvider(name));
        if (services.All(s => s.ServiceType != typeof(JournalStores)))
        {
            services.AddSingleton<JournalStores>();
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<JournalStores>());
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, OtherSilosWatch>();
        }

        return services.AddGrainStorage(name, static (provider, named) => new JournalGrainStorage(
            named, OptionsOf(provider, named), provider.GetRequiredService<JournalStores>(),
            provider.GetRequiredService<IActivatorProvider>()));
    }

    /// <summary>Adds it as the storage of states that name no provider.</summary>
    public static IServiceCollection AddJournalGrainStorageAsDefault(
        this IServiceCollection services, Action<JournalGrainStorageOptions> configure) =>
        services.AddJournalGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configure);

    private static JournalGrainStorageOptions OptionsOf(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<JournalGrainStorageOptions>>().Get(name);
}
