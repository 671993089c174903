using System.Collections.Concurrent;
using System.Globalization;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansKv.Testing;

/// <summary>
/// Grain storage that all silos of a test share and no killed silo takes with it, as a database would be. States are not copied.
/// </summary>
internal sealed class SharedGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string Name, GrainId Grain), (object? State, string Tag)> _states = new();
    private long _writes;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.RecordExists = _states.TryGetValue((stateName, grainId), out (object? State, string Tag) found);
        grainState.ETag = found.Tag;
        if (grainState.RecordExists) grainState.State = (T)found.State!;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.ETag = Interlocked.Increment(ref _writes).ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
        _states[(stateName, grainId)] = (grainState.State, grainState.ETag);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _states.TryRemove((stateName, grainId), out _);
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }
}
