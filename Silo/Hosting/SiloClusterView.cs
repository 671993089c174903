using OrleansKv.Engine;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Table;
using OrleansKv.Engine.Shards;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;

namespace OrleansKv.Silo.Hosting;

/// <summary>What CLUSTER tells clients: the map and Orleans' membership, looked at again when either has changed. Any thread.</summary>
internal sealed class SiloClusterView(KvNode node, ClusterMapCache maps, NodeDirectory nodes, NodeInfo self, int siloPort) : IClusterView
{
    private readonly Lock _lock = new();
    private ClusterSnapshot? _snapshot;
    private (long Version, string Alive) _of;

    public ClusterSnapshot Snapshot
    {
        get
        {
            ClusterMap map = maps.Current;
            string alive = string.Concat(map.Nodes.Select(n => nodes.IsAlive(n.Id) ? '1' : '0'));
            lock (_lock)
            {
                if (_snapshot is null || _of != (map.Version, alive)) (_snapshot, _of) = (Build(map, alive), (map.Version, alive));
                return _snapshot;
            }
        }
    }

    public int CountKeysInSlot(SlotId slot) => IsHere(slot) ? node.Store.CountInSlot(slot) : 0;

    public void KeysInSlot(SlotId slot, int count, Action<ReadOnlySpan<byte>> show)
    {
        if (!IsHere(slot)) return;
        var keys = new KeySet(count, node.Store.NowMs);
        ulong position = 0;
        do
        {
            position = node.Store.Scan(slot, position, keys);
        }
        while (position != 0 && !keys.IsFull);
        foreach (byte[] key in keys.Keys.Take(count)) show(key);
    }

    private bool IsHere(SlotId slot)
    {
        ClusterMap map = maps.Current;
        return !map.IsEmpty && map.HomeOf(map.SlotMap.OwnerOf(slot)).NodeId == node.Id;
    }

    private ClusterSnapshot Build(ClusterMap map, string alive)
    {
        if (map.IsEmpty) return new ClusterSnapshot(0, 0, [new ClusterNode(self.Id, self.Host, self.Port) { TlsPort = self.TlsPort, BusPort = siloPort }], [], ClusterState.Fail);
        ClusterNode[] all = [.. map.Nodes.Select((n, i) => new ClusterNode(n.Id, n.Host, n.Port)
        {
            TlsPort = n.TlsPort,
            BusPort = n.Id == self.Id ? siloPort : 0,
            IsAlive = alive[i] == '1',
            Shards = [.. map.Homes.Select((h, s) => (h, s)).Where(x => x.h.NodeId == n.Id).Select(x => new ShardId((ushort)x.s))],
        })];
        bool isWhole = Array.TrueForAll(all, n => n.IsAlive || n.Shards.Count == 0);
        return new ClusterSnapshot(map.Version, Math.Max(0, Array.FindIndex(map.Nodes, n => n.Id == self.Id)), all, ClusterSnapshot.RangesOf(map.SlotMap, all), isWhole ? ClusterState.Ok : ClusterState.Fail);
    }

    /// <summary>Copies live keys, each once.</summary>
    private sealed class KeySet(int count, long nowMs) : IEntryVisitor
    {
        private readonly HashSet<string> _seen = [];

        public List<byte[]> Keys { get; } = [];

        public bool IsFull => Keys.Count >= count;

        public void Visit(Shard shard, EntryRef entry)
        {
            long deadline = shard.Table.DeadlineOf(entry);
            if (deadline != 0 && deadline <= nowMs) return;
            byte[] key = shard.Table.KeyOf(entry).ToArray();
            if (_seen.Add(Convert.ToBase64String(key))) Keys.Add(key);
        }
    }
}
