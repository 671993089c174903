using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Store;

/// <summary>
/// A one-process store as a leader or a follower of another one as a whole (docs/adr/0025): its role, its lineage, and from where a stream
/// goes on. Any thread.
/// </summary>
public sealed class StoreLinks
{
    private readonly NodeStore _store;
    private readonly Func<JournalOffset> _appended;
    private readonly Lock _lock = new(); // before all gates
    private readonly RandomSource _numbers; // of this process' tenures
    private Lineage _lineage;
    private Epoch _tenure; // in which this store leads, or led last
    private bool _isSaved; // the lineage in the file has this tenure
    private volatile bool _isFollower;
    private volatile bool _isLoading;

    internal StoreLinks(NodeStore store, ulong randomSeed, Func<JournalOffset> appended)
    {
        (_store, _appended, _tenure) = (store, appended, store.Tenure);
        _numbers = new RandomSource(~randomSeed);
        _lineage = store.Files is { } files ? Lineage.Load(files.Disk, files.StoreId) ?? Lineage.None : Lineage.None;
        WasFollowed = _lineage != Lineage.None;
    }

    /// <summary>Somebody has followed the store, or it has followed another, before this start.</summary>
    public bool WasFollowed { get; }

    /// <summary>Clients may not write: the records come from a leader.</summary>
    public bool IsFollower => _isFollower;

    /// <summary>A whole copy takes the place of what was here: nothing can be read meanwhile.</summary>
    public bool IsLoading => _isLoading;

    /// <summary>Loading was interrupted: the store has a part of its leader's keys.</summary>
    public bool IsPartial => _lineage.IsPartial;

    /// <summary>The store has all of a past that others may have, too: it may go on where it was.</summary>
    public bool HasPast => !_lineage.IsPartial && _lineage.Tenures.Count > 0;

    /// <summary>Where the records of clients that have been answered end, in the stream.</summary>
    public long End => _appended().Value;

    /// <summary>The stream to followers; null before the first one.</summary>
    public StreamBacklog? Backlog => _store.Tail.Stream;

    /// <summary>The lineage with the present tenure, on the disk.</summary>
    public Lineage Publish()
    {
        lock (_lock)
        {
            if (!_isFollower && !_isSaved)
            {
                Save(_lineage.With(_tenure, _numbers.Next()));
                _isSaved = true;
            }

            return _lineage;
        }
    }

    /// <summary>Keeps records for followers from now on.</summary>
    public StreamBacklog BeginStream(int maxBytes)
    {
        lock (_lock) return _store.Tail.Stream ??= new StreamBacklog(maxBytes);
    }

    /// <summary>Positions of all shards of the map, behind which all records have been written.</summary>
    public LogPosition[] Positions()
    {
        var positions = new LogPosition[_store.Map.CellCount];
        for (int i = 0; i < positions.Length; i++)
        {
            ShardCell cell = _store.Cells[i];
            lock (cell.Gate) positions[i] = cell.Shard.Position;
        }

        _store.Commit(_store.Appended, Durability.No);
        return positions;
    }

    /// <summary>What a follower says of itself (<see cref="FollowerPosition"/>).</summary>
    public byte[] State() =>
        new FollowerPosition(MapChecksum, Positions(), _lineage.IsPartial ? Lineage.None : _lineage).ToBytes();

    /// <summary>
    /// From where a follower with such a state goes on; null when it needs a whole copy: it is of another past, or records that it lacks
    /// are not kept any more. Throws <see cref="InvalidDataException"/> for bytes that are no state.
    /// </summary>
    public long? PlaceFor(ReadOnlySpan<byte> state)
    {
        FollowerPosition follower = FollowerPosition.FromBytes(state);
        Epoch common = Publish().CommonWith(follower.Lineage);
        if (common == Epoch.None || follower.MapChecksum != MapChecksum) return null;
        long streamEnd = Backlog!.End is var kept and > 0 ? kept : End;
        LogPosition[] now = Positions(), at = follower.Positions;
        if (at.Length != now.Length) return null;
        for (int i = 0; i < at.Length; i++)
        {
            if (at[i].Epoch > common || !Has(i, at[i])) return null;
        }

        return Backlog!.PlaceOf(at, now, streamEnd);
    }

    /// <summary>Follows from now on: nothing but a leader's records changes anything.</summary>
    public void Follow()
    {
        lock (_lock)
        {
            if (_store.Files is { } files) ReplicaPromises.Forget(files.Disk); // no cluster takes the folder back as one of its replicas
            ForAll(shard => shard.Follow(), () => _isFollower = true);
        }
    }

    /// <summary>
    /// Leads again, in a tenure of its own: from here on the past forks from the leader's. Throws <see cref="IOException"/>, and
    /// <see cref="InvalidOperationException"/> when only a part of the keys is here.
    /// </summary>
    public void Lead()
    {
        lock (_lock)
        {
            if (!_isFollower) return;
            if (_isLoading || IsPartial) throw new InvalidOperationException("a part of the leader's keys is here alone");
            Epoch tenure = new Epoch(Math.Max(_tenure.Value, _store.HighestEpoch.Value)).Next;
            _store.Files?.BeginTenure(tenure);
            _tenure = tenure;
            Save(_lineage.Before(tenure).With(tenure, _numbers.Next()));
            _isSaved = true;
            ForAll(shard => shard.Lead(tenure), () => _isFollower = false);
        }
    }

    /// <summary>The leader's lineage is this store's from now on: its records come next.</summary>
    public void Adopt(Lineage lineage)
    {
        lock (_lock) Save(lineage);
    }

    /// <summary>A whole copy is about to take the place of what is here: until <see cref="Loaded"/> nothing is served.</summary>
    internal void BeginLoading(SlotMap map)
    {
        lock (_lock)
        {
            Save(new Lineage([], IsPartial: true));
            _store.Tail.Stream = null; // the shards' positions will jump
            _store.Grow(map.CellCount);
            ForAll(
                shard =>
                {
                    shard.Forget();
                    shard.Restore(LogPosition.None, default);
                    shard.Follow();
                },
                () =>
                {
                    _isLoading = true;
                    _store.Publish(map);
                });
        }
    }

    internal void Loaded(Lineage lineage)
    {
        lock (_lock)
        {
            Save(lineage);
            ForAll(static _ => { }, () => _isLoading = false);
        }
    }

    /// <summary>The role of a shard that is added.</summary>
    internal void TakeRole(Shard shard)
    {
        if (_isFollower) shard.Follow();
        else shard.Lead(_tenure);
    }

    /// <summary>CRC-32C of the slot map.</summary>
    public uint MapChecksum => Checksum.Of(_store.Map.ToBytes());

    private bool Has(int index, LogPosition position)
    {
        ShardCell cell = _store.Cells[index];
        lock (cell.Gate)
            return position.Lsn == Lsn.None || (position <= cell.Shard.Position && cell.Shard.Epochs.Has(position));
    }

    private void ForAll(Action<Shard> change, Action whole)
    {
        LockSet all = _store.CreateLockSet();
        all.AddAll();
        all.Enter();
        try
        {
            foreach (ShardCell cell in _store.Cells) change(cell.Shard);
            whole();
        }
        finally
        {
            all.Exit();
        }
    }

    private void Save(Lineage lineage)
    {
        if (_store.Files is { } files) lineage.Save(files.Disk, files.StoreId);
        _lineage = lineage;
    }
}
