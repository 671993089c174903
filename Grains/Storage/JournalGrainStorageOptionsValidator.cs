using Orleans;
using Orleans.Runtime;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Storage;

/// <summary>Refuses options that cannot work, by name, before the silo starts.</summary>
internal sealed class JournalGrainStorageOptionsValidator(string provider, JournalGrainStorageOptions options) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        if (string.IsNullOrWhiteSpace(provider))
            throw new OrleansConfigurationException(
                "a journal grain storage has no name: give the one that grains name in [PersistentState]");
        if (options.Store is null && string.IsNullOrWhiteSpace(options.Folder))
            throw Bad(nameof(options.Folder), "is not set: name the data folder, for example \"data/grains\"");
        if (options.Store is not null && options.Folder is not null)
            throw Bad(nameof(options.Folder), "is set, and so is a store (UseStore): choose one");
        if (options.Folder is not null && options.Folder.AsSpan().ContainsAny(Path.GetInvalidPathChars()))
            throw Bad(nameof(options.Folder), "has a character that no path can have");
        if (!Enum.IsDefined(options.Durability))
            throw Bad(nameof(options.Durability), $"is {(int)options.Durability}: use {string.Join(", ", Enum.GetNames<Durability>())}");
        if (!Enum.IsDefined(options.ReadBack))
            throw Bad(nameof(options.ReadBack), $"is {(int)options.ReadBack}: use {string.Join(", ", Enum.GetNames<StateReadBackMode>())}");
        if (options.MaxStateBytes is < 1 or > JournalGrainStorageOptions.LargestMaxStateBytes)
            throw Bad(nameof(options.MaxStateBytes),
                $"is {options.MaxStateBytes}: it can be 1 to {JournalGrainStorageOptions.LargestMaxStateBytes} bytes");
        if (options.SnapshotInterval < TimeSpan.Zero)
            throw Bad(nameof(options.SnapshotInterval),
                $"is {options.SnapshotInterval}: it cannot be negative (zero: no snapshots by time)");
    }

    private OrleansConfigurationException Bad(string option, string problem) => new($"grain storage '{provider}': {option} {problem}");
}
