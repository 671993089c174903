using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Table;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Protocol;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// What CLUSTER tells clients: the map, Orleans' membership, and what the nodes say of themselves; looked at again when one of them has
/// changed. Any thread.
/// </summary>
internal sealed partial class SiloClusterView(KvNode node, ClusterMapCache maps, NodeDirectory nodes, NodeWatch watch,
    RuntimeConfig config, NodeInfo self, int siloPort, IGrainFactory grains, ILogger<SiloClusterView> log) : IClusterView
{
    private readonly Lock _lock = new();
    private ClusterSnapshot? _snapshot;
    private (long Version, int Watch, string Alive) _of;

    public ClusterSnapshot Snapshot
    {
        get
        {
            ClusterMap map = maps.Current;
            int seen = watch.Version; // before what it counts is read
            string alive = string.Concat(map.Nodes.Select(n => nodes.IsAlive(n.Id) ? '1' : '0'));
            lock (_lock)
            {
                if (_snapshot is not null && _of == (map.Version, seen, alive)) return _snapshot;
                _of = (map.Version, seen, alive);
                return _snapshot = Build(map, alive);
            }
        }
    }

    public KeyspaceScope DefaultScope => config.Values.Get<KeyspaceScope>("keyspace-scope");

    public string? Prefer(bool isPreferred)
    {
        ClusterMap map = maps.Current;
        if (!map.IsReplicated) return "this cluster has one copy of each shard (--replicas 1): there is no other leader for it";
        if (isPreferred && !map.Homes.Any(h => h.Members.Contains(node.Id))) return "this node has no copy of a shard yet";
        _ = PreferNow(isPreferred);
        return null;
    }

    private async Task PreferNow(bool isPreferred)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the I/O thread goes on
        try
        {
            await grains.GetGrain<ISlotMapGrain>(0).Prefer(node.Id, isPreferred).ConfigureAwait(false);
            LogPreferred(isPreferred ? "leads every shard that it has a copy of" : "leads the shards that the ring gives it");
        }
        catch (Exception failure)
        {
            LogNotPreferred(failure.Message);
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
        if (map.IsEmpty)
        {
            var joining = new ClusterNode(self.Id, self.Host, self.Port)
            {
                TlsPort = self.TlsPort,
                BusPort = siloPort,
                Condition = "joining",
                IsAnswering = false,
            };
            return new ClusterSnapshot(0, 0, [joining], [], ClusterState.Fail);
        }

        ClusterNode[] all = [.. map.Nodes.Select((n, i) => NodeOf(map, n, alive[i] == '1'))];
        int[] slots = map.SlotMap.CountSlots();
        IReadOnlyList<ClusterSlotRange> ranges = ClusterSnapshot.RangesOf(map.SlotMap, all);
        IReadOnlyList<ClusterSlotRange> replicaRanges = map.IsReplicated
            ? ClusterSnapshot.RangesOf(map.SlotMap, all, shard => ReplicasOf(map, map.HomeOf(shard)))
            : ranges;
        int selfIndex = Math.Max(0, Array.FindIndex(map.Nodes, n => n.Id == self.Id));
        var snapshot = new ClusterSnapshot(map.Version, selfIndex, all, ranges, ClusterState.Fail)
        {
            UnservedSlots = all.Where(n => n is { IsAlive: true, IsAnswering: true }).Sum(n => n.Unserved.Sum(s => slots[s.Value])),
            ReplicaRanges = replicaRanges,
            Moves = [.. map.Homes.Select((h, s) => (h, s)).Where(x => x.h.NextNodeId is not null).Select(x =>
                new ClusterMove(new ShardId((ushort)x.s), x.h.NodeId, x.h.NextNodeId!))],
        };
        return snapshot.ServedSlots < SlotId.Count ? snapshot
            : new ClusterSnapshot(map.Version, selfIndex, all, ranges, ClusterState.Ok)
            {
                ReplicaRanges = replicaRanges,
                Moves = snapshot.Moves,
            };
    }

    // Learners have a part of the shard's data, and former members may lose it.
    private static ImmutableArray<int> ReplicasOf(ClusterMap map, ShardHome home) =>
        [.. home.Members.Where(m => m != home.NodeId).Select(m => Array.FindIndex(map.Nodes, n => n.Id == m))];

    private ClusterNode NodeOf(ClusterMap map, NodeInfo info, bool isAlive)
    {
        NodeStats? said = isAlive ? watch.Of(info.Id) : null;
        ShardId[] shards = [.. map.Homes.Select((h, s) => (h, s)).Where(x => x.h.NodeId == info.Id).Select(x => new ShardId((ushort)x.s))];
        return new ClusterNode(info.Id, info.Host, info.Port)
        {
            TlsPort = info.TlsPort,
            BusPort = info.Id == self.Id ? siloPort : info.Silo?.Endpoint.Port ?? 0,
            IsAlive = isAlive,
            IsAnswering = said is not null && said.State != "joining",
            Condition = said?.State ?? (watch.IsSuspect(info.Id) ? "ready" : "joining"),
            Shards = shards,
            // One that refuses writes serves its shards by half: that is not served.
            Unserved = said?.State == "failed" ? shards : [.. shards.Where(s => said is not null && said.Unserved.Contains(s.Value))],
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "CLUSTER FAILOVER: this node {What} from now on, once its copies are level")]
    private partial void LogPreferred(string what);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "CLUSTER FAILOVER has not been carried out, for the cluster map could not be changed: {Problem}")]
    private partial void LogNotPreferred(string problem);

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
