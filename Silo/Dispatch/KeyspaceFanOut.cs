using System.Buffers.Text;
using OrleansKv.Engine;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Commands.Keys;
using OrleansKv.Engine.Slots;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Grains;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// Commands on all keys: every shard is asked for its part, and the parts are put together. SCAN asks one shard a call: shards follow one
/// another in the order of their first slots, and a cursor says by its slot which shard it is at.
/// </summary>
internal static class KeyspaceFanOut
{
    public static void Add(GrainShardDispatcher dispatcher, PendingReplies pending, WorkerLanes lanes, ClusterMap map, CommandEntry command, in ArgList args, byte flags)
    {
        DataCommand data = command.Data!;
        if (map.IsEmpty)
        {
            pending.Add(new ReplySlot(command, null, 0, new KnownReply("CLUSTERDOWN The cluster is down: this node has not joined it yet")));
            return;
        }

        if (data.Spec.Name == "scan")
        {
            AddScan(dispatcher, pending, lanes, map, command, args, flags);
            return;
        }

        ShardLane[] shards = [.. FirstSlots(map.SlotMap).Select(s => dispatcher.LaneOf(lanes, map.SlotMap.OwnerOf(new SlotId((ushort)s)).Value))];
        if (!Array.TrueForAll(shards, GrainShardDispatcher.HasRoom))
        {
            pending.Add(new ReplySlot(command, null, 0, new KnownReply(GrainShardDispatcher.BusyError)));
            return;
        }

        var merge = new MergedReply(MergeOf(data), null);
        foreach (ShardLane lane in shards)
        {
            ShardCall call = GrainShardDispatcher.Gather(lane);
            merge.Add(new CallItem(call, call.Batch.Add(data, args, flags)));
            pending.WaitFor(call);
        }

        pending.Add(new ReplySlot(command, null, 0, merge));
    }

    private static void AddScan(GrainShardDispatcher dispatcher, PendingReplies pending, WorkerLanes lanes, ClusterMap map, CommandEntry command, in ArgList args, byte flags)
    {
        // A cursor that is none is the shard's to refuse.
        Utf8Parser.TryParse(args[1], out ulong cursor, out _);
        var slot = new SlotId((ushort)Math.Min(new ScanCursor(cursor).Slot, SlotId.Count - 1));
        if (!dispatcher.TryAdd(lanes, map, slot, out ShardCall call, out string? refusal))
        {
            pending.Add(new ReplySlot(command, null, 0, new KnownReply(refusal!)));
            return;
        }

        List<int> firsts = FirstSlots(map.SlotMap);
        int at = firsts.FindIndex(f => map.SlotMap.OwnerOf(new SlotId((ushort)f)) == map.SlotMap.OwnerOf(slot));
        ScanCursor next = at + 1 < firsts.Count ? ScanCursor.At(firsts[at + 1]) : default;
        pending.WaitFor(call);
        var part = new CallItem(call, call.Batch.Add(command.Data!, args, flags));
        pending.Add(new ReplySlot(command, null, 0, new ScanReply(part, map.SlotMap, map.SlotMap.OwnerOf(slot), next)));
    }

    // The first slot of each shard that has any, in ascending order; slot 0's shard is the first.
    private static List<int> FirstSlots(SlotMap map)
    {
        var seen = new HashSet<ushort>();
        var firsts = new List<int>();
        for (int slot = 0; slot < SlotId.Count; slot++)
        {
            if (seen.Add(map.OwnerOf(new SlotId((ushort)slot)).Value)) firsts.Add(slot);
        }

        return firsts;
    }

    private static MergeKind MergeOf(DataCommand data) => data.Spec.Name switch
    {
        "keys" => MergeKind.Concat,
        "randomkey" => MergeKind.Any,
        "flushall" or "flushdb" => MergeKind.AllOk,
        _ => MergeKind.Sum, // dbsize
    };
}
