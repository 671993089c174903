using System.Buffers;
using System.Diagnostics;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Changes the number of shards while traffic runs (docs/adr/0003). One slot at a time: the map gives it its new owner, who serves it from
/// then on; keys follow in small steps, and a command that asks for one pulls it over first. Each key moves as one group of the journal
/// {set at the new shard, delete at the old}, so that a crash leaves it in exactly one place.
/// A slot changes hands only under the locks of both shards.
/// </summary>
public sealed class Rebalancer
{
    /// <summary>
    /// Bytes of records that may wait in memory before a step writes them: 1 MiB takes the kernel less than a millisecond, costs one call
    /// for some thousand keys, and is an eighth of the room that is claimed ahead (<see cref="JournalOptions.MarginBytes"/>).
    /// </summary>
    private const int MaxPendingBytes = 1024 * 1024;

    private readonly NodeStore _store;
    private readonly JournalLog? _journal;
    private readonly Lock _control = new(); // starts and steps; taken before any shard's lock
    private readonly Queue<(SlotId Slot, ShardId To)> _todo = new();
    private readonly List<EntryRef> _found = [];
    private SlotId? _current;
    private ulong _position;
    private int _from;
    private int _slotsToMove;
    private int _slotsMoved;
    private long _keysMoved;
    private volatile bool _running;

    internal Rebalancer(NodeStore store, JournalLog? journal)
    {
        _store = store;
        _journal = journal;
    }

    public bool IsRunning => _running;

    public RebalanceStatus Status
    {
        get
        {
            lock (_control)
            {
                return _slotsToMove == 0 && !_running
                    ? RebalanceStatus.None
                    : new RebalanceStatus(
                        _running, _from, _store.Map.ShardCount, _slotsMoved, _slotsToMove, Interlocked.Read(ref _keysMoved));
            }
        }
    }

    /// <summary>Begins to go to another number of shards; housekeeping does the moving. False when a change is under way.</summary>
    public bool TryStart(int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shards, ShardId.MaxCount);
        lock (_control)
        {
            if (_running) return false;
            _from = _store.Map.ShardCount;
            SlotMap map = _store.Map.WithShardCount(shards);
            _store.Grow(shards);
            _journal?.AppendSlotMap(SlotMapChange.ShardCount(map));
            _store.Publish(map);
            Plan();
            return true;
        }
    }

    /// <summary>Goes on with what a crash or a stop interrupted.</summary>
    internal void Resume()
    {
        lock (_control)
        {
            _from = _store.Map.ShardCount;
            Plan();
        }
    }

    /// <summary>Moves at most <paramref name="keys"/> keys, fewer large ones; false when there is nothing to do.</summary>
    public bool Step(int keys)
    {
        if (!_running) return false;
        lock (_control)
        {
            if (_current is null && !BeginNextSlot())
            {
                _running = false;
                return false;
            }

            MoveSome(_current!.Value, keys);
        }

        if (IsMuchPending) _store.Commit(_store.Appended, Durability.No); // no client may be there to do it
        return true;
    }

    private bool IsMuchPending => _journal is { Failure: null } && _journal.Appended.Value - _journal.Written.Value > MaxPendingBytes;

    /// <summary>Locks the owner of a moving slot and brings the key over; null when the slot has settled meanwhile.</summary>
    internal ShardCell? TryEnterMoving(in KeyRef key)
    {
        SlotMap map = _store.Map;
        if (!map.IsMoving(key.Slot)) return null;
        ShardCell owner = _store.Cells[map.OwnerOf(key.Slot).Value];
        ShardCell source = _store.Cells[map.SourceOf(key.Slot).Value];
        NodeStore.EnterBoth(owner, source);
        map = _store.Map;
        if (map.IsMoving(key.Slot) && map.OwnerOf(key.Slot).Value == owner.Index && map.SourceOf(key.Slot).Value == source.Index)
        {
            PullLocked(key);
            source.Gate.Exit();
            return owner;
        }

        source.Gate.Exit();
        owner.Gate.Exit();
        return null;
    }

    /// <summary>Brings a key of a moving slot over if it is still at the source; the locks of both shards are held.</summary>
    internal void PullLocked(in KeyRef key)
    {
        ShardCell owner = _store.Cells[_store.Map.OwnerOf(key.Slot).Value];
        ShardCell source = _store.Cells[_store.Map.SourceOf(key.Slot).Value];
        Debug.Assert(owner.Gate.IsHeldByCurrentThread && source.Gate.IsHeldByCurrentThread);
        EntryRef entry = source.Shard.Table.Find(key.Slot, key.Hash, key.Bytes);
        if (!entry.IsNone) MoveLocked(owner, source, key, entry);
    }

    private void MoveLocked(ShardCell owner, ShardCell source, in KeyRef key, EntryRef entry)
    {
        KeyTable from = source.Shard.Table;
        _store.BeginGroup();
        try
        {
            owner.Shard.MoveIn(key, from.ValueOf(entry), from.DeadlineOf(entry), _store.NowMs);
            source.Shard.MoveOut(key, _store.NowMs);
        }
        finally
        {
            _store.EndGroup();
        }

        _store.Memory.Count(owner);
        _store.Memory.Count(source);
        Interlocked.Increment(ref _keysMoved);
    }

    private void Plan()
    {
        SlotMap map = _store.Map;
        ushort[] target = SlotAssignment.NearestTo(map);
        _todo.Clear();
        _current = null;
        _slotsMoved = 0;
        _keysMoved = 0;
        SlotId[] moving = [.. map.MovingSlots()];
        foreach (SlotId slot in moving) _todo.Enqueue((slot, map.OwnerOf(slot))); // under way already: finish them first
        for (int slot = 0; slot < SlotId.Count; slot++)
        {
            var id = new SlotId((ushort)slot);
            var to = new ShardId(target[slot]);
            if (map.OwnerOf(id) != to) _todo.Enqueue((id, to));
        }

        _slotsToMove = _todo.Count;
        _running = _slotsToMove > 0;
    }

    private bool BeginNextSlot()
    {
        if (!_todo.TryDequeue(out (SlotId Slot, ShardId To) next)) return false;
        _current = next.Slot;
        _position = 0;
        if (_store.Map.IsMoving(next.Slot)) return true;
        ShardCell source = _store.Cells[_store.Map.OwnerOf(next.Slot).Value];
        ShardCell owner = _store.Cells[next.To.Value];
        NodeStore.EnterBoth(owner, source);
        SlotMap map = _store.Map.WithMove(next.Slot, next.To, new ShardId((ushort)source.Index));
        _journal?.AppendSlotMap(SlotMapChange.Move(map, next.Slot));
        _store.Publish(map);
        source.Gate.Exit();
        owner.Gate.Exit();
        return true;
    }

    private void MoveSome(SlotId slot, int keys)
    {
        ShardCell owner = _store.Cells[_store.Map.OwnerOf(slot).Value];
        ShardCell source = _store.Cells[_store.Map.SourceOf(slot).Value];
        NodeStore.EnterBoth(owner, source);
        try
        {
            int moved = 0;
            while (moved < keys && source.Shard.Table.CountInSlot(slot) > 0)
            {
                _found.Clear();
                _position = source.Shard.Table.Scan(slot, _position, _found);
                // References go stale with the first removal, so the keys are copied first.
                foreach (byte[] key in _found.Select(e => source.Shard.Table.KeyOf(e).ToArray()).ToArray())
                {
                    PullLocked(KeyRef.Of(key, _store.HashSeed));
                    moved++;
                }

                if (IsMuchPending) break;
            }

            if (source.Shard.Table.CountInSlot(slot) > 0) return;
            SlotMap map = _store.Map.WithMoveDone(slot);
            _journal?.AppendSlotMap(SlotMapChange.MoveDone(map, slot));
            _store.Publish(map);
            _current = null;
            _slotsMoved++;
        }
        finally
        {
            source.Gate.Exit();
            owner.Gate.Exit();
        }
    }
}
