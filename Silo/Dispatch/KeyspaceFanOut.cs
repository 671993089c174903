using System.Buffers.Text;
using OrleansKv.Engine;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Commands.Keys;
using OrleansKv.Engine.Slots;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Grains;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// Commands on all keys: every shard is asked for its part, and the parts are put together. SCAN asks one shard a call: shards follow one
/// another in the order of their first slots, and a cursor says by its slot which shard it is at.
/// </summary>
internal static class KeyspaceFanOut
{
    public static void Add(GrainShardDispatcher dispatcher, PendingReplies pending, WorkerLanes lanes, ClusterMap map, CommandEntry command, in ArgList args, Session session)
    {
        DataCommand data = command.Data!;
        if (map.IsEmpty)
        {
            pending.Add(new ReplySlot(command, null, 0, new KnownReply("CLUSTERDOWN The cluster is down: this node has not joined it yet")));
            return;
        }

        if (data.Spec.Name == "scan")
        {
            AddScan(dispatcher, pending, lanes, map, command, args, session);
            return;
        }

        var merge = new MergedReply(MergeOf(data), null);
        foreach (int firstSlot in FirstSlots(map.SlotMap))
        {
            if (!dispatcher.TryAdd(lanes, map, new SlotId((ushort)firstSlot), out ShardCall call, out string? refusal))
            {
                merge.AddRefused(refusal!);
                continue;
            }

            merge.Add(call, call.Batch.Add(data, args, GrainShardDispatcher.FlagsOf(session)));
            pending.WaitFor(call);
        }

        pending.Add(new ReplySlot(command, null, 0, merge));
    }

    private static void AddScan(GrainShardDispatcher dispatcher, PendingReplies pending, WorkerLanes lanes, ClusterMap map, CommandEntry command, in ArgList args, Session session)
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
        int index = call.Batch.Add(command.Data!, args, GrainShardDispatcher.FlagsOf(session));
        pending.Add(new ReplySlot(command, null, 0, new ScanReply(call, index, map.SlotMap, map.SlotMap.OwnerOf(slot), next)));
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
