using System.Buffers.Text;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Grains;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// Commands on all keys: of this node, or of the whole cluster, as the connection asks (CLIENT SCOPE). Every shard of them is asked for its
/// part, and the parts are put together. SCAN asks one shard a call: shards follow one another in the order of their first slots, and a
/// cursor says by its slot which shard it is at.
/// </summary>
internal static class KeyspaceFanOut
{
    public static void Add(GrainShardDispatcher dispatcher, PendingReplies pending, WorkerLanes lanes, ClusterMap map,
        CommandEntry command, in ArgList args, byte flags)
    {
        DataCommand data = command.Data!;
        if (map.IsEmpty)
        {
            pending.Add(new ReplySlot(
                command, null, 0, new KnownReply("CLUSTERDOWN The cluster is down: this node has not joined it yet")));
            return;
        }

        string? home = pending.Session.AnswersForCluster ? null : dispatcher.NodeId;
        if (data.Spec.Name == "scan")
        {
            AddScan(dispatcher, pending, lanes, map, home, command, args, flags);
            return;
        }

        ShardLane[] shards = [.. FirstSlots(map, home).Select(s =>
            dispatcher.LaneOf(lanes, map.SlotMap.OwnerOf(new SlotId((ushort)s)).Value))];
        if (shards.Select(s => dispatcher.RefusalOf(s, map)).FirstOrDefault(w => w is not null) is { } why)
        {
            pending.Add(new ReplySlot(command, null, 0, new KnownReply(why)));
            return;
        }

        var merge = new MergedReply(data.Spec.Merge, null);
        foreach (ShardLane lane in shards)
        {
            ShardCall call = GrainShardDispatcher.Gather(lane);
            merge.Add(new CallItem(call, call.Batch.Add(data.Index, args, flags)));
            pending.WaitFor(call);
        }

        pending.Add(new ReplySlot(command, null, 0, merge));
    }

    private static void AddScan(
        GrainShardDispatcher dispatcher, PendingReplies pending, WorkerLanes lanes, ClusterMap map, string? home, CommandEntry command,
            in ArgList args, byte flags)
    {
        // A cursor that is none is the shard's to refuse.
        Utf8Parser.TryParse(args[1], out ulong cursor, out _);
        var slot = new SlotId((ushort)Math.Min(new ScanCursor(cursor).Slot, SlotId.Count - 1));
        List<int> firsts = FirstSlots(map, home);
        // A shard begins with its first slot whatever slot comes before.
        if (cursor == 0 && firsts.Count > 0) slot = new SlotId((ushort)firsts[0]);
        ShardId shard = map.SlotMap.OwnerOf(slot);
        int at = firsts.FindIndex(f => map.SlotMap.OwnerOf(new SlotId((ushort)f)) == shard);
        if (at < 0)
        {
            pending.Add(new ReplySlot(command, null, 0, new EmptyScanReply(FirstBehind(map.SlotMap, firsts, shard))));
            return;
        }

        if (!dispatcher.TryAdd(lanes, map, slot, out ShardCall call, out string? refusal))
        {
            pending.Add(new ReplySlot(command, null, 0, new KnownReply(refusal!)));
            return;
        }

        ScanCursor next = at + 1 < firsts.Count ? ScanCursor.At(firsts[at + 1]) : default;
        pending.WaitFor(call);
        var part = new CallItem(call, call.Batch.Add(command.Data!.Index, args, flags));
        pending.Add(new ReplySlot(command, null, 0, new ScanReply(part, map.SlotMap, shard, next)));
    }

    // The shard that the cursor is at has moved away since, or none is here: the scan goes on with this node's next shard.
    private static ScanCursor FirstBehind(SlotMap slots, List<int> firsts, ShardId shard)
    {
        int first = 0;
        while (first < SlotId.Count && slots.OwnerOf(new SlotId((ushort)first)) != shard) first++;
        int next = firsts.FindIndex(f => f > first);
        return next < 0 ? default : ScanCursor.At(firsts[next]);
    }

    // The first slot of each shard that has any, in ascending order; with a node, of its shards alone.
    private static List<int> FirstSlots(ClusterMap map, string? home)
    {
        var seen = new bool[ShardId.MaxCount];
        var firsts = new List<int>();
        for (int slot = 0; slot < SlotId.Count; slot++)
        {
            ShardId shard = map.SlotMap.OwnerOf(new SlotId((ushort)slot));
            if (seen[shard.Value]) continue;
            seen[shard.Value] = true;
            if (home is null || map.HomeOf(shard).NodeId == home) firsts.Add(slot);
        }

        return firsts;
    }
}
