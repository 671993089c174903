using System.Globalization;
using Orleans.Storage;
using OrleansKv.Grains;
using OrleansKv.Grains.Map;
using OrleansKv.Testing;

namespace OrleansKv.Cluster.Tests.Cluster.Support;

/// <summary>What becomes of a write of the cluster map.</summary>
internal enum WriteFate
{
    /// <summary>Stored and answered.</summary>
    Well,

    /// <summary>Not stored, and the writer hears so.</summary>
    Fails,

    /// <summary>Stored, but the writer hears of a failure.</summary>
    StoredUnheard,

    /// <summary>The writer hears of a failure; it is stored before the next read but one if nothing else was written by then.</summary>
    StoredLate,
}

/// <summary>
/// Storage of the cluster map as a database would be: ETags are checked, silos that are killed do not take it along, and it hangs, fails
/// and answers wrongly as it is told. Any thread.
/// </summary>
internal sealed class MapStorage : IGrainStorage
{
    private readonly Lock _lock = new();
    private readonly SharedGrainStorage _slots = new(); // those never fail
    private readonly SemaphoreSlim _arrived = new(0);
    private ClusterMapUpdate? _stored;
    private long _tag;
    private (ClusterMapUpdate Map, long Tag)? _late;
    private int _readsBefore;
    private TaskCompletionSource? _hold;

    /// <summary>Asked for each write.</summary>
    public Func<ClusterMapUpdate, WriteFate> Fate { get; set; } = static _ => WriteFate.Well;

    public ClusterMapUpdate Stored
    {
        get
        {
            lock (_lock) return _stored!;
        }
    }

    /// <summary>Versions in the order in which they were stored.</summary>
    public List<long> Versions { get; } = [];

    /// <summary>Writes hang from now on.</summary>
    public void Hold() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until one more write hangs.</summary>
    public async Task WhenHeldAsync() => Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(60)), "no write has come in 60 s");

    public void Release()
    {
        TaskCompletionSource? hold = _hold;
        _hold = null;
        hold?.SetResult();
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState is not IGrainState<SlotMapState>) return _slots.ReadStateAsync(stateName, grainId, grainState);
        lock (_lock)
        {
            if (_late is { } late && _readsBefore-- == 0) Land(late.Map, late.Tag);
            grainState.RecordExists = _stored is not null;
            grainState.ETag = _stored is null ? null : _tag.ToString(CultureInfo.InvariantCulture);
            grainState.State = (T)(object)(_stored is null ? new SlotMapState() : new SlotMapState { Map = _stored });
        }

        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState is not IGrainState<SlotMapState>)
        {
            await _slots.WriteStateAsync(stateName, grainId, grainState);
            return;
        }

        ClusterMapUpdate map = ((SlotMapState)(object)grainState.State!).Map;
        if (_hold is { } hold)
        {
            _arrived.Release();
            await hold.Task;
        }

        long tag = grainState.ETag is null ? 0 : long.Parse(grainState.ETag, CultureInfo.InvariantCulture);
        WriteFate fate = Fate(map);
        lock (_lock)
        {
            if (fate == WriteFate.Fails) throw new IOException("the database is away");
            if (fate == WriteFate.StoredLate)
            {
                _late = (map, tag);
                _readsBefore = 1;
                throw new IOException("the database does not answer");
            }

            if (tag != _tag) throw new InconsistentStateException(
                "another activation wrote", _tag.ToString(CultureInfo.InvariantCulture), grainState.ETag);
            Land(map, tag);
            if (fate == WriteFate.StoredUnheard) throw new IOException("the connection broke");
            grainState.ETag = _tag.ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    private void Land(ClusterMapUpdate map, long tag)
    {
        _late = null;
        if (tag != _tag) return;
        _stored = map;
        _tag++;
        Versions.Add(map.Version);
    }
}
