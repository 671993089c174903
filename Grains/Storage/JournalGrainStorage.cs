using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Storage;

/// <summary>
/// Grain storage in a store's journal: any state as a whole value, a shard's incrementally (<see cref="ShardState"/>). The ETag is the
/// value's version, the position of the record that wrote it: it grows with every write, also over a clear. A thin shell over
/// <see cref="GrainStateTable"/>; any thread, results are put into the grain's state in the caller's context.
/// </summary>
internal sealed class JournalGrainStorage(
    string name, JournalGrainStorageOptions options, JournalStores stores, IActivatorProvider activators) : IGrainStorage
{
    private readonly StateReadBack _readBack = new(options.GrainStorageSerializer, options.ReadBack);

    private GrainStateTable Table => stores.Of(name);

    private ShardStateStorage Shards => new(name, Table, options.Durability);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState is IGrainState<ShardState> shard)
        {
            await Shards.ReadAsync(grainId, shard);
            return;
        }

        StoredState found = await Table.ReadAsync(GrainStateKey.Of(name, stateName, grainId), options.Durability);
        if (found.Outcome != StateOutcome.Done)
            throw Failed("read", stateName, grainId, $"its last change may not be on the disk: {found.Reason}");
        T? state = found.Value is null ? default : Deserialize<T>(stateName, grainId, found.Value);
        grainState.State = state ?? Fresh<T>();
        grainState.ETag = TagOf(found.Version);
        grainState.RecordExists = found.Value is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState is IGrainState<ShardState> shard)
        {
            await Shards.WriteAsync(grainId, shard);
            return;
        }

        ReadOnlyMemory<byte> value = options.GrainStorageSerializer.Serialize(grainState.State).ToMemory();
        if (value.Length > options.MaxStateBytes)
        {
            throw Failed("written", stateName, grainId,
                $"it has {value.Length} bytes, more than {nameof(options.MaxStateBytes)} ({options.MaxStateBytes}): keep less in one "
                    + $"state, or raise the option");
        }

        if (_readBack.Refusal(grainState.State, value) is { } refusal)
            throw Failed("written", stateName, grainId, $"{refusal} Nothing was changed.");
        byte[] key = GrainStateKey.Of(name, stateName, grainId);
        StoredState written = await Table.WriteAsync(key, VersionOf(grainState.ETag), value, options.Durability);
        if (written.Outcome != StateOutcome.Done) throw Refused("written", stateName, grainId, grainState.ETag, written);
        grainState.ETag = TagOf(written.Version);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState is IGrainState<ShardState>)
            throw new NotSupportedException($"grain storage '{name}': a shard's state cannot be cleared; FLUSHALL empties shards");
        byte[] key = GrainStateKey.Of(name, stateName, grainId);
        StoredState cleared = await Table.DeleteAsync(key, VersionOf(grainState.ETag), options.Durability);
        if (cleared.Outcome != StateOutcome.Done) throw Refused("cleared", stateName, grainId, grainState.ETag, cleared);
        grainState.State = Fresh<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private T? Deserialize<T>(string stateName, GrainId grainId, byte[] value)
    {
        try
        {
            return options.GrainStorageSerializer.Deserialize<T>(new BinaryData(value));
        }
        catch (Exception failure)
        {
            // Its text alone: a serializer's exception has no codec, and with it inside ours would not reach a caller on another silo.
            throw Failed("read", stateName, grainId,
                $"its {value.Length} bytes are no {typeof(T).Name} to {options.GrainStorageSerializer.GetType().Name} (was the type or "
                    + $"the serializer changed?): {failure.Message}");
        }
    }

    private T Fresh<T>() => activators.GetActivator<T>().Create();

    private Exception Refused(string what, string stateName, GrainId grainId, string? tag, StoredState answer) => answer.Outcome switch
    {
        StateOutcome.Stale => new InconsistentStateException(
            $"{Named(stateName, grainId)} cannot be {what}: the stored ETag is {TagOf(answer.Version) ?? "(none)"}, the grain's is "
                + $"{tag ?? "(none)"}; another activation changed it",
            TagOf(answer.Version), tag),
        StateOutcome.Refused => Failed(what, stateName, grainId, $"{answer.Reason} Nothing was changed."),
        _ => Failed(what, stateName, grainId, $"whether it was shows when the folder is opened again: {answer.Reason}"),
    };

    private JournalStorageException Failed(string what, string stateName, GrainId grainId, string why) =>
        new($"{Named(stateName, grainId)} cannot be {what}: {why}");

    private string Named(string stateName, GrainId grainId) => $"grain storage '{name}': state '{stateName}' of {grainId}";

    private static string? TagOf(LogPosition version) => version == LogPosition.None ? null : version.ToString();

    // A tag that no version can have (it is another storage's) expects a version that is never stored.
    private static LogPosition VersionOf(string? tag)
    {
        if (string.IsNullOrEmpty(tag)) return LogPosition.None;
        return LogPosition.TryParse(tag, out LogPosition version) ? version : LogPosition.MaxValue;
    }
}
