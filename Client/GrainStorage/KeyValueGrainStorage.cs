using Orleans.Runtime;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using OrleansKv.Grains.Storage;

namespace OrleansKv.Client.GrainStorage;

/// <summary>
/// Grain storage in the store: one key a state. The ETag is the key's version: it grows with every write, also over a clear. Any thread;
/// results are put into the grain's state in the caller's context.
/// </summary>
internal sealed class KeyValueGrainStorage(
    string name, OrleansKvGrainStorageOptions options, IKeyValueStore store, IActivatorProvider activators) : IGrainStorage
{
    private readonly string _prefix = options.KeyPrefix ?? GrainStateKey.PrefixOf(name);

    private readonly StateReadBack _readBack = new(options.GrainStorageSerializer, options.ReadBack);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Versioned<ReadOnlyMemory<byte>> found;
        try
        {
            found = await store.GetVersionedAsync(GrainStateKey.Of(_prefix, stateName, grainId));
        }
        catch (KeyValueStoreException failure)
        {
            throw Failed("read", stateName, grainId, failure);
        }

        T? state = found.Exists ? Deserialize<T>(stateName, grainId, found.Value) : default;
        grainState.State = state ?? Fresh<T>();
        grainState.ETag = TagOf(found.Version);
        grainState.RecordExists = found.Exists;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ReadOnlyMemory<byte> value = options.GrainStorageSerializer.Serialize(grainState.State).ToMemory();
        if (_readBack.Refusal(grainState.State, value) is { } refusal)
            throw new KeyValueStoreException(
                KeyValueStoreError.Refused, $"{Named(stateName, grainId)} cannot be written: {refusal} Nothing was changed.");
        KvKey key = GrainStateKey.Of(_prefix, stateName, grainId);
        SwapResult written;
        try
        {
            written = await store.TrySetAsync(key, value, VersionOf(grainState.ETag));
        }
        catch (KeyValueStoreException failure)
        {
            throw Failed("written", stateName, grainId, failure);
        }

        if (!written.Succeeded) throw Stale("written", stateName, grainId, written.Version, grainState.ETag);
        grainState.ETag = TagOf(written.Version);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        SwapResult cleared;
        try
        {
            cleared = await store.TryDeleteAsync(GrainStateKey.Of(_prefix, stateName, grainId), VersionOf(grainState.ETag));
        }
        catch (KeyValueStoreException failure)
        {
            throw Failed("cleared", stateName, grainId, failure);
        }

        if (!cleared.Succeeded) throw Stale("cleared", stateName, grainId, cleared.Version, grainState.ETag);
        grainState.State = Fresh<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private T? Deserialize<T>(string stateName, GrainId grainId, ReadOnlyMemory<byte> value)
    {
        try
        {
            return options.GrainStorageSerializer.Deserialize<T>(new BinaryData(value));
        }
        catch (Exception failure)
        {
            string why = $"its {value.Length} bytes are no {typeof(T).Name} to {options.GrainStorageSerializer.GetType().Name} (was the "
                + $"type or the serializer changed?): {failure.Message}";
            // Its text alone: a serializer's exception has no codec, and with it inside ours would not reach a caller on another silo.
            throw new KeyValueStoreException(KeyValueStoreError.Refused, $"{Named(stateName, grainId)} cannot be read: {why}");
        }
    }

    private T Fresh<T>() => activators.GetActivator<T>().Create();

    private InconsistentStateException Stale(string what, string stateName, GrainId grainId, KeyVersion stored, string? tag) => new(
        $"{Named(stateName, grainId)} cannot be {what}: the stored ETag is {TagOf(stored) ?? "(none)"}, the grain's is "
            + $"{tag ?? "(none)"}; another activation changed it",
        TagOf(stored), tag);

    private KeyValueStoreException Failed(string what, string stateName, GrainId grainId, KeyValueStoreException failure)
    {
        string why = failure.Error == KeyValueStoreError.OutcomeUnknown ? "whether it was is not known: " : "nothing was changed: ";
        return new KeyValueStoreException(failure.Error, $"{Named(stateName, grainId)} cannot be {what}: {why}{failure.Message}", failure);
    }

    private string Named(string stateName, GrainId grainId) => $"grain storage '{name}': state '{stateName}' of {grainId}";

    private static string? TagOf(KeyVersion version) => version == KeyVersion.None ? null : version.ToString();

    // A tag that no version can have (it is another storage's) expects a version that is never stored.
    private static KeyVersion VersionOf(string? tag)
    {
        if (string.IsNullOrEmpty(tag)) return KeyVersion.None;
        return KeyVersion.TryParse(tag, out KeyVersion version) ? version : new KeyVersion(uint.MaxValue, long.MaxValue);
    }
}
