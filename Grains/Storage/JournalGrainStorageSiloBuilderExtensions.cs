using Microsoft.Extensions.Options;
using Orleans.Providers;
using OrleansKv.Grains.Storage;

namespace Orleans.Hosting;

/// <summary>Adds journal grain storages to a silo.</summary>
public static class JournalGrainStorageSiloBuilderExtensions
{
    /// <summary>
    /// Adds a grain storage that keeps states in a journal on the silo's disk, for <c>[PersistentState("...", name)]</c>.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="name">The provider's name.</param>
    /// <param name="configure">At least the folder.</param>
    public static ISiloBuilder AddJournalGrainStorage(this ISiloBuilder builder, string name, Action<JournalGrainStorageOptions> configure)
    {
        builder.Services.AddJournalGrainStorage(name, configure);
        return builder;
    }

    /// <summary>The same with an options builder: configuration sections, dependencies.</summary>
    public static ISiloBuilder AddJournalGrainStorage(
        this ISiloBuilder builder, string name, Action<OptionsBuilder<JournalGrainStorageOptions>>? configure = null)
    {
        builder.Services.AddJournalGrainStorage(name, configure);
        return builder;
    }

    /// <summary>Adds it as the storage of states that name no provider.</summary>
    public static ISiloBuilder AddJournalGrainStorageAsDefault(this ISiloBuilder builder, Action<JournalGrainStorageOptions> configure) =>
        builder.AddJournalGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configure);
}
