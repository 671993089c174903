using System.Numerics;
using System.Runtime.InteropServices;

namespace OrleansKv.Engine.Table;

/// <summary>PLACEHOLDER with the final public surface; the real table replaces it (branch `table`).</summary>
public sealed class KeyTable(ulong hashSeed) : IDisposable
{
    private sealed class Node
    {
        public byte[] Key = [];
        public byte[] Value = [];
        public long Deadline;
        public Lsn Version;
        public ushort Slot;
        public uint Hash;
        public long Recency;
    }

    private readonly Dictionary<uint, Node> _nodes = [];
    private readonly Dictionary<string, uint> _index = [];
    private readonly int[] _slotCounts = new int[SlotId.Count];
    private uint _next = 1;
    private long _clock;

    public long Count => _nodes.Count;

    public long TtlCount => _nodes.Values.Count(n => n.Deadline != 0);

    public long UsedBytes => _nodes.Values.Sum(n => 40L + n.Key.Length + n.Value.Length);

    public bool TrackRecency { get; set; } = true;

    public int CountInSlot(SlotId slot) => _slotCounts[slot.Value];

    public static uint HashOf(ReadOnlySpan<byte> key, ulong seed)
    {
        uint h = (uint)seed;
        foreach (byte b in key) h = BitOperations.RotateLeft(h ^ b, 5) * 0x9E3779B1;
        return h;
    }

    public void Prefetch(SlotId slot, uint hash)
    {
    }

    public EntryRef Find(SlotId slot, uint hash, ReadOnlySpan<byte> key) =>
        _index.TryGetValue(Convert.ToHexString(key), out uint r) ? new EntryRef(r) : EntryRef.None;

    public ReadOnlySpan<byte> KeyOf(EntryRef entry) => _nodes[entry.Value].Key;

    public ReadOnlySpan<byte> ValueOf(EntryRef entry) => _nodes[entry.Value].Value;

    public long DeadlineOf(EntryRef entry) => _nodes[entry.Value].Deadline;

    public Lsn VersionOf(EntryRef entry) => _nodes[entry.Value].Version;

    public uint AccessClockOf(EntryRef entry) => 0;

    public int BytesOf(EntryRef entry) => 40 + _nodes[entry.Value].Key.Length + _nodes[entry.Value].Value.Length;

    public EntryRef Put(SlotId slot, uint hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version, uint accessClock)
    {
        EntryRef e = Find(slot, hash, key);
        if (e.IsNone)
        {
            e = new EntryRef(_next++);
            _nodes[e.Value] = new Node { Key = key.ToArray(), Slot = slot.Value, Hash = hash };
            _index[Convert.ToHexString(key)] = e.Value;
            _slotCounts[slot.Value]++;
        }

        Node n = _nodes[e.Value];
        n.Value = value.ToArray();
        n.Deadline = deadlineMs;
        n.Version = version;
        n.Recency = ++_clock;
        return e;
    }

    public EntryRef Patch(EntryRef entry, int offset, ReadOnlySpan<byte> bytes, Lsn version)
    {
        Node n = _nodes[entry.Value];
        if (n.Value.Length < offset + bytes.Length) Array.Resize(ref n.Value, offset + bytes.Length);
        bytes.CopyTo(n.Value.AsSpan(offset));
        n.Version = version;
        return entry;
    }

    public void SetDeadline(EntryRef entry, long deadlineMs, Lsn version)
    {
        _nodes[entry.Value].Deadline = deadlineMs;
        _nodes[entry.Value].Version = version;
    }

    public void Remove(EntryRef entry)
    {
        Node n = _nodes[entry.Value];
        _nodes.Remove(entry.Value);
        _index.Remove(Convert.ToHexString(n.Key));
        _slotCounts[n.Slot]--;
    }

    public void Clear()
    {
        _nodes.Clear();
        _index.Clear();
        Array.Clear(_slotCounts);
    }

    public void Touch(EntryRef entry, uint accessClock) => _nodes[entry.Value].Recency = ++_clock;

    public EntryRef Coldest => _nodes.Count == 0 ? EntryRef.None : new EntryRef(_nodes.MinBy(p => p.Value.Recency).Key);

    public EntryRef Warmer(EntryRef entry)
    {
        long r = _nodes[entry.Value].Recency;
        var later = _nodes.Where(p => p.Value.Recency > r).ToArray();
        return later.Length == 0 ? EntryRef.None : new EntryRef(later.MinBy(p => p.Value.Recency).Key);
    }

    public int TakeDue(long nowMs, Span<EntryRef> due)
    {
        int count = 0;
        foreach ((uint r, Node n) in _nodes)
        {
            if (count == due.Length) break;
            if (n.Deadline != 0 && n.Deadline <= nowMs) due[count++] = new EntryRef(r);
        }

        return count;
    }

    public EntryRef NearestDeadline() =>
        new(_nodes.Where(p => p.Value.Deadline != 0).OrderBy(p => p.Value.Deadline).Select(p => p.Key).FirstOrDefault());

    public ulong Scan(SlotId slot, ulong position, List<EntryRef> found)
    {
        foreach ((uint r, Node n) in _nodes)
            if (n.Slot == slot.Value) found.Add(new EntryRef(r));
        return 0;
    }

    public void BeginSnapshot(ISnapshotSink sink)
    {
        foreach (Node n in _nodes.Values) sink.Add(n.Key, n.Value, n.Deadline, n.Version);
    }

    public bool ContinueSnapshot(int entries) => true;

    public void EndSnapshot()
    {
    }

    public void Dispose() => _ = CollectionsMarshal.AsSpan<int>([]).Length + (int)hashSeed;
}
