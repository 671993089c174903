using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansKv.Grains.Storage;

namespace OrleansKv.Cluster.Tests.Storage.Support;

/// <summary>What a silo does for its grain storages and nothing else: services, validation, the lifecycle's start and stop.</summary>
internal sealed class StorageHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly SiloLifecycleSubject _lifecycle = new(NullLogger<SiloLifecycleSubject>.Instance);

    private StorageHost(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddOptions();
        services.AddSerializer();
        services.AddSingleton<IGrainStorageSerializer, OrleansGrainStorageSerializer>();
        add(services);
        _services = services.BuildServiceProvider();
    }

    public IGrainStorage this[string name] => _services.GetRequiredKeyedService<IGrainStorage>(name);

    public IServiceProvider Services => _services;

    public JournalStores Stores => _services.GetRequiredService<JournalStores>();

    /// <summary>One storage, "journal", in a folder.</summary>
    public static Task<StorageHost> StartAsync(string folder, Action<JournalGrainStorageOptions>? more = null) =>
        StartAsync(services => services.AddJournalGrainStorage("journal", options =>
    {
        options.Folder = folder;
        more?.Invoke(options);
    }));

    public static async Task<StorageHost> StartAsync(Action<IServiceCollection> add)
    {
        var host = new StorageHost(add);
        try
        {
            foreach (IConfigurationValidator validator in host._services.GetServices<IConfigurationValidator>())
                validator.ValidateConfiguration();
            foreach (ILifecycleParticipant<ISiloLifecycle> part in host._services.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
                part.Participate(host._lifecycle);
            await host._lifecycle.OnStart();
            return host;
        }
        catch
        {
            await host._services.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _lifecycle.OnStop();
        await _services.DisposeAsync();
    }
}
