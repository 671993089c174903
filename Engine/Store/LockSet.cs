using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Store;

/// <summary>
/// The shards that a command with several keys (or a transaction) needs, locked together in ascending order. Reused by one worker.
/// Keys whose slot is moving are brought to their new shard when the set is entered.
/// Invariant: <see cref="_cells"/> ascends and has no doubles; the lists keep their capacity, so that in steady state nothing is allocated.
/// One thread at a time.
/// </summary>
public sealed class LockSet
{
    /// <summary>16 K keys (400 KiB): what a command with more of them made larger is not kept.</summary>
    private const int KeptKeys = 16 * 1024;

    private readonly NodeStore _store;
    private readonly List<(SlotId Slot, uint Hash, int Start, int Length)> _keys = [];
    private readonly List<int> _cells = [];
    private readonly List<ShardCell> _held = [];
    private byte[] _bytes = new byte[256];
    private int _used;
    private bool _all;

    internal LockSet(NodeStore store) => _store = store;

    public void Clear()
    {
        _keys.Clear();
        _used = 0;
        _all = false;
    }

    public void Add(in KeyRef key)
    {
        if (_bytes.Length - _used < key.Bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + key.Bytes.Length));
        key.Bytes.CopyTo(_bytes.AsSpan(_used));
        _keys.Add((key.Slot, key.Hash, _used, key.Bytes.Length));
        _used += key.Bytes.Length;
    }

    /// <summary>Every shard.</summary>
    public void AddAll() => _all = true;

    public void Enter()
    {
        while (true)
        {
            SlotMap map = _store.Map;
            Choose(map);
            foreach (int cell in _cells)
            {
                ShardCell one = _store.Cells[cell];
                one.Gate.Enter();
                _held.Add(one);
            }

            // A slot changes hands only under the locks of both its shards: if none of ours did before we had them, none can now.
            if (ReferenceEquals(map, _store.Map) || IsStillRight()) break;
            Exit();
        }

        if (!_store.Map.HasMoves) return;
        foreach ((SlotId slot, uint hash, int start, int length) in _keys)
        {
            if (_store.Map.IsMoving(slot)) _store.Rebalancer.PullLocked(new KeyRef(_bytes.AsSpan(start, length), slot, hash));
        }
    }

    /// <summary>Brings the store's memory total up to date with the shards that are held.</summary>
    public void CountMemory()
    {
        foreach (ShardCell cell in _held) _store.Memory.Count(cell);
    }

    public void Exit()
    {
        CountMemory(); // what the command changed: nobody else may look at these shards for long
        for (int i = _held.Count - 1; i >= 0; i--) _held[i].Gate.Exit();
        _held.Clear();
        if (_keys.Capacity > KeptKeys) Shrink();
    }

    private void Shrink()
    {
        Clear();
        _keys.Capacity = 0;
        _bytes = new byte[256];
    }

    private void Choose(SlotMap map)
    {
        _cells.Clear();
        if (_all)
        {
            for (int i = 0; i < _store.Cells.Count; i++) _cells.Add(i);
            return;
        }

        foreach ((SlotId slot, _, _, _) in _keys)
        {
            Choose(map.OwnerOf(slot).Value);
            if (map.IsMoving(slot)) Choose(map.SourceOf(slot).Value);
        }
    }

    private void Choose(int cell)
    {
        int place = _cells.BinarySearch(cell);
        if (place < 0) _cells.Insert(~place, cell);
    }

    private bool IsStillRight()
    {
        SlotMap map = _store.Map;
        if (_all) return _cells.Count == _store.Cells.Count;
        foreach ((SlotId slot, _, _, _) in _keys)
        {
            if (_cells.BinarySearch(map.OwnerOf(slot).Value) < 0) return false;
            if (map.IsMoving(slot) && _cells.BinarySearch(map.SourceOf(slot).Value) < 0) return false;
        }

        return true;
    }
}
