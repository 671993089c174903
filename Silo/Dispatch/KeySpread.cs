using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Grains;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// Commands with several keys. In one shard they run there as they are, atomically. Over several, those whose keys do not need one another
/// (MGET, MSET, DEL, ...) are split, one atomic part a shard, and their replies put together; all others get CROSSSLOT, as in Redis
/// Cluster.
/// </summary>
internal static class KeySpread
{
    public static void Add(GrainShardDispatcher dispatcher, PendingReplies pending, WorkerLanes lanes, ClusterMap map,
        CommandEntry command, in ArgList args, byte flags, bool mayFollow)
    {
        DataCommand data = command.Data!;
        string? refusal = Check(data, args, map, out bool isSpread);
        if (refusal is null && isSpread && data.Spec.Merge == ReplyMerge.None) refusal = GrainShardDispatcher.CrossShardError;
        // MSET a 1 b: nothing of it runs.
        if (refusal is null && isSpread && (args.Count - data.FirstKey) % data.Spec.KeyStep != 0) refusal = SlowPath.WrongArity(command);
        ShardCall call = null!;
        if (refusal is null && !isSpread) dispatcher.TryAdd(lanes, map, Slot.Of(args[data.FirstKey]), out call, out refusal, mayFollow);
        if (refusal is not null)
        {
            pending.Add(new ReplySlot(command, null, 0, new KnownReply(refusal)));
            return;
        }

        if (!isSpread)
        {
            pending.Add(new ReplySlot(command, call, call.Batch.Add(data.Index, args, flags), null));
            return;
        }

        Split(dispatcher, pending, lanes, map, command, args, flags, mayFollow);
    }

    private static string? Check(DataCommand data, in ArgList args, ClusterMap map, out bool isSpread)
    {
        isSpread = false;
        if (map.IsEmpty) return null;
        SlotMap slots = map.SlotMap;
        int first = -1;
        int last = data.LastKeyOf(args.Count);
        for (int i = data.FirstKey; i <= last && i < args.Count; i += data.Spec.KeyStep)
        {
            if (args[i].Length > CommandRunner.MaxKeyBytes) return CommandRunner.KeyTooLong;
            int shard = slots.OwnerOf(Slot.Of(args[i])).Value;
            if (first >= 0 && shard != first) isSpread = true;
            first = first < 0 ? shard : first;
        }

        return null;
    }

    private static void Split(GrainShardDispatcher dispatcher, PendingReplies pending, WorkerLanes lanes, ClusterMap map,
        CommandEntry command, in ArgList args, byte flags, bool mayFollow)
    {
        DataCommand data = command.Data!;
        int step = data.Spec.KeyStep;
        var parts = new List<(int Shard, List<int> Words)>();
        var partOfShard = new int[map.SlotMap.CellCount]; // by shard, counted from 1; 0: it has none
        var partOfKey = new List<int>((args.Count - data.FirstKey) / step);
        for (int i = data.FirstKey; i < args.Count; i += step)
        {
            int shard = map.SlotMap.OwnerOf(Slot.Of(args[i])).Value;
            int part = partOfShard[shard] - 1;
            if (part < 0)
            {
                part = parts.Count;
                partOfShard[shard] = part + 1;
                parts.Add((shard, [0])); // word 0: the name
            }

            partOfKey.Add(part);
            for (int word = i; word < i + step; word++) parts[part].Words.Add(word);
        }

        ShardLane[] laneOf = [.. parts.Select(p => dispatcher.LaneOf(lanes, p.Shard, mayFollow))];
        if (laneOf.Select(lane => dispatcher.RefusalOf(lane, map)).FirstOrDefault(w => w is not null) is { } why)
        {
            pending.Add(new ReplySlot(command, null, 0, new KnownReply(why)));
            return;
        }

        ReplyMerge kind = data.Spec.Merge;
        // Parts that are long have to be held together: they come one by one.
        if (kind == ReplyMerge.Elements) flags |= BatchFormat.MayWaitFlag;
        var merge = new MergedReply(kind, partOfKey);
        for (int i = 0; i < laneOf.Length; i++)
        {
            ShardCall call = GrainShardDispatcher.Gather(laneOf[i]);
            QueuedCommand some = Select(command, args, parts[i].Words);
            merge.Add(new CallItem(call, call.Batch.Add(data.Index, some.Args, flags)));
            pending.WaitFor(call);
        }

        pending.Add(new ReplySlot(command, null, 0, merge));
    }

    private static QueuedCommand Select(CommandEntry command, in ArgList args, List<int> words)
    {
        int size = 0;
        foreach (int word in words) size += args[word].Length;
        var bytes = new byte[size];
        var slices = new ArgSlice[words.Count];
        int at = 0;
        for (int i = 0; i < words.Count; i++)
        {
            args[words[i]].CopyTo(bytes.AsSpan(at));
            slices[i] = new ArgSlice(at, args[words[i]].Length);
            at += args[words[i]].Length;
        }

        return new QueuedCommand(command, bytes, slices);
    }
}
