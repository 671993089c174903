using OrleansKv.Engine;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Slots;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Grains;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// The replies of EXEC or BATCH. EXEC's keys are all in one shard, where its commands run as one; the lines of a BATCH are one group a
/// shard. Commands of the session itself (PING between MULTI and EXEC) run when the replies are written, in their places.
/// </summary>
internal sealed class GroupReply(GrainShardDispatcher dispatcher, Transaction transaction, WatchList? watched, Action run) : IReplyPart
{
    [ThreadStatic]
    private static GroupReply? _writing;

    private readonly List<(ShardCall? Call, int Index, string? Error)> _members = [];
    private ShardCall? _watchCall;
    private int _watchIndex;
    private string? _refusal;
    private int _next;

    public void Add(PendingReplies pending, WorkerLanes lanes, ClusterMap map, Session session)
    {
        var shards = new Dictionary<int, List<int>>();
        for (int i = 0; i < transaction.Commands.Count; i++)
        {
            if (transaction.Commands[i].Command?.Data is not { } data) continue;
            (int shard, string? error) = ShardOf(data, transaction.Commands[i].Args, map);
            if (error is not null)
            {
                if (!transaction.IsBatch) _refusal ??= "EXECABORT Transaction discarded because of: " + error;
                _members.Add((null, i, error));
                continue;
            }

            if (!shards.TryGetValue(shard, out List<int>? lines)) shards[shard] = lines = [];
            lines.Add(i);
            _members.Add((null, i, null));
        }

        if (!transaction.IsBatch && (shards.Count > 1 || !WatchesOnly(shards, map))) _refusal ??= GrainShardDispatcher.CrossShardError;
        if (_refusal is null) Send(pending, lanes, map, session, shards);
        pending.Add(new ReplySlot(session.LastCommand!, null, 0, this));
    }

    public void Write(Session session)
    {
        if (_refusal is not null || _watchCall?.Failure is not null)
        {
            session.Output.Error(_refusal ?? _watchCall!.Failure!);
            return;
        }

        // ":0" says that a watched key had changed.
        if (_watchCall is not null && _watchCall[_watchIndex] is [_, (byte)'0', ..])
        {
            session.Output.NullArray();
            return;
        }

        GroupReply? outer = _writing;
        _writing = this;
        try
        {
            run(); // writes the array's head and asks for the replies one by one
        }
        finally
        {
            _writing = outer;
        }
    }

    /// <summary>Writes the next data command's reply of the group that is being written on this thread.</summary>
    public static void WriteNext(Session session)
    {
        GroupReply group = _writing!;
        (ShardCall? call, int index, string? error) = group._members[group._next++];
        if (error is not null || call!.Failure is not null) session.Output.Error(error ?? call!.Failure!);
        else session.Output.Raw(call[index]);
    }

    private void Send(PendingReplies pending, WorkerLanes lanes, ClusterMap map, Session session, Dictionary<int, List<int>> shards)
    {
        byte flags = GrainShardDispatcher.FlagsOf(session);
        (byte[], Lsn)[] versions = [.. watched?.Keys.Select(k => (k.Key, k.Version)) ?? []];
        if (shards.Count == 0 && watched is { Keys.Count: > 0 }) shards[watched.Keys[0].Shard.Value] = [];
        foreach ((int shard, List<int> lines) in shards)
        {
            ShardLane lane = dispatcher.LaneOf(lanes, shard);
            GrainShardDispatcher.List(lane);
            ShardCall call = lane.Gathering;
            _watchIndex = call.Batch.AddGroup(lines.Count, versions);
            _watchCall = transaction.IsBatch ? null : call;
            foreach (int line in lines)
            {
                QueuedCommand command = transaction.Commands[line];
                int index = call.Batch.Add(command.Command!.Data!, command.Args, flags);
                _members[_members.FindIndex(m => m.Index == line && m.Call is null && m.Error is null)] = (call, index, null);
            }

            pending.WaitFor(call);
        }
    }

    private bool WatchesOnly(Dictionary<int, List<int>> shards, ClusterMap map)
    {
        _ = map;
        if (watched is null || watched.Keys.Count == 0) return true;
        int shard = shards.Count > 0 ? shards.Keys.First() : watched.Keys[0].Shard.Value;
        return watched.Keys.All(k => k.Shard.Value == shard);
    }

    private static (int Shard, string? Error) ShardOf(DataCommand command, in ArgList args, ClusterMap map)
    {
        if (map.IsEmpty) return (0, "CLUSTERDOWN The cluster is down: this node has not joined it yet");
        if (command.FirstKey == 0) return (0, $"ERR '{command.Spec.Name}' has no key: a transaction of a cluster runs in one shard");
        int shard = -1;
        int last = command.LastKeyOf(args.Count);
        for (int i = command.FirstKey; i <= last && i < args.Count; i += command.Spec.KeyStep)
        {
            if (args[i].Length > CommandRunner.MaxKeyBytes) return (0, GrainShardDispatcher.KeyTooLongError);
            int owner = map.SlotMap.OwnerOf(Slot.Of(args[i])).Value;
            if (shard >= 0 && owner != shard) return (0, GrainShardDispatcher.CrossShardError);
            shard = owner;
        }

        return (shard, null);
    }
}
