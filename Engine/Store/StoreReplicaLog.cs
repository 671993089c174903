using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Store;

/// <summary>
/// A shard of a store as the replication core uses it (ADR 0023). Records go to the journal and to the map at once, so that nothing that is
/// appended can be taken back: a replica whose past has forked takes the whole state instead. The node's thread for replicas; the shard's
/// own commands run beside it, under the cell's turn.
/// </summary>
public sealed class StoreReplicaLog : IReplicaLog, IDisposable
{
    private readonly NodeStore _store;
    private readonly ShardCell _cell;
    private readonly ReplicaPromises _promises;
    private readonly RecordArena _arena;
    private readonly int _tailBytes;
    private ShardTail _tail;

    /// <param name="store">The node's.</param>
    /// <param name="id">The shard.</param>
    /// <param name="promises">The node's.</param>
    /// <param name="arena">Takes the records that are read, until it is reset.</param>
    /// <param name="tailBytes">Room for records that others may still lack, bytes; who lacks older ones takes the whole state.</param>
    public StoreReplicaLog(NodeStore store, ShardId id, ReplicaPromises promises, RecordArena arena, int tailBytes)
    {
        (_store, _cell, _promises, _arena, _tailBytes) = (store, store.Cells[id.Value], promises, arena, tailBytes);
        lock (_cell.Turn)
        {
            lock (_cell.Gate) _cell.Shard.Follow();
        }

        _tail = Follow();
        PromiseItsEpoch();
    }

    public ShardId Id => _cell.Shard.Id;

    /// <summary>The disk has room for records.</summary>
    public bool HasRoom => !_store.IsShortOfDisk;

    /// <summary>What the node is for the shard now.</summary>
    public ShardRole Role => _cell.Shard.Role;

    public LogPosition End
    {
        get
        {
            lock (_cell.Gate) return _cell.Shard.Position;
        }
    }

    public LogPosition Applied => End;

    /// <summary>The records that nobody will take back, for who follows the whole cluster.</summary>
    public CommittedTail Committed { get; } = new();

    public LogPosition Safe { get; private set; }

    public Epoch Promised => _promises.PromisedOf(Id);

    public bool MayHaveLostTail => _promises.MayHaveLostTail(Id);

    public LogHead Head
    {
        get
        {
            lock (_cell.Gate) return new LogHead(_cell.Shard.Position, _cell.Shard.Position, _cell.Shard.Epochs.ToArray());
        }
    }

    public bool Has(LogPosition position)
    {
        if (position == LogPosition.None) return true;
        lock (_cell.Gate) return position.Lsn <= _cell.Shard.Lsn && _cell.Shard.Epochs.Has(position);
    }

    /// <summary>Records that the kernel does not have yet are not read: empty behind the last one that it has.</summary>
    public IReplicaRecords? Read(LogPosition after, int maxBytes)
    {
        if (after.Lsn > _tail.Last.Lsn) return RecordRun.Empty(after);
        if (_tail.Read(after, maxBytes, _arena, out LogPosition last) is not { } bytes) return null;
        return bytes.IsEmpty ? RecordRun.Empty(after) : new RecordRun(after, last, bytes);
    }

    public void Append(IReplicaRecords records, LogPosition after)
    {
        if (_cell.Shard.Role != ShardRole.Follower) StepDown();
        ReadOnlySpan<byte> bytes = ((RecordRun)records).Bytes.Span; // what it has of them is left out
        RecordOrder order = ReplicaFeed.Take(_store, Id, bytes, out int taken);
        if (order != RecordOrder.Next || taken != bytes.Length)
            throw new InvalidDataException($"records behind {after} do not follow shard {Id} at {End}: {order}");
    }

    public void Truncate(LogPosition to)
    {
        if (to != End) throw new InvalidOperationException($"shard {Id} ends at {End}, applied: it cannot go back to {to}");
    }

    public void Apply(LogPosition upTo)
    {
        // it is applied
    }

    public void Begin(Epoch tenure)
    {
        lock (_cell.Turn)
        {
            lock (_cell.Gate)
            {
                _cell.Shard.Begin(tenure);
                _store.Memory.Count(_cell);
            }
        }
    }

    public void Promise(Epoch epoch) => _promises.Promise(Id, epoch);

    public void TailIsWhole() => _promises.TailIsWhole(Id);

    /// <summary>This node leads the shard no more: no batch that began before is still running when this returns.</summary>
    public void StepDown()
    {
        lock (_cell.Turn)
        {
            lock (_cell.Gate) _cell.Shard.Follow();
        }
    }

    /// <summary>All records up to a position are as safe as the durability level says.</summary>
    public void MarkSafe(LogPosition position) => Safe = position;

    /// <summary>All records up to a position are committed; true when that is news.</summary>
    public bool MarkCommitted(LogPosition position) => Committed.Publish(_tail, position);

    /// <summary>A whole state, on the disk, has taken the place of what was here, or nothing has.</summary>
    public void WasReplaced()
    {
        _store.Tail.Forget(Id, _tail);
        _tail = Follow();
        PromiseItsEpoch();
    }

    /// <summary>
    /// Gives up a copy of which the node is no member any more: nobody counts on it, and what it takes is wanted for others. It keeps what
    /// it has promised, and is somebody with nothing from now on. False while that cannot be: it is tried again.
    /// </summary>
    public bool TryDrop()
    {
        lock (_cell.Turn)
        {
            if (!ShardTransfer.TryForget(_store, Id)) return false;
        }

        WasReplaced();
        return true;
    }

    public void Dispose() => _store.Tail.Forget(Id, _tail);

    // Records of an epoch were taken behind its promise, those that a repair has given up too.
    private void PromiseItsEpoch()
    {
        Epoch newest;
        lock (_cell.Gate) newest = _cell.Shard.NewestEpoch;
        if (newest > Promised) Promise(newest);
    }

    private ShardTail Follow()
    {
        lock (_cell.Gate)
        {
            _store.Commit(_store.Appended, Durability.No); // a failed journal is found by the next commit
            Safe = _cell.Shard.Position;
            return _store.Tail.Follow(Id, Safe, _tailBytes);
        }
    }
}
