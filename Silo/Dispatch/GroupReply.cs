using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Grains;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// The replies of EXEC or BATCH. EXEC's keys are all in one shard, where its commands run as one; the lines of a BATCH are one group a
/// shard. Commands of the session itself (PING between MULTI and EXEC) run when the replies are written, in their places.
/// </summary>
internal sealed class GroupReply(GrainShardDispatcher dispatcher, Transaction transaction, WatchList? watched, Action run) : IReplyPart
{
    [ThreadStatic]
    private static GroupReply? _writing;

    private readonly List<Member> _members = [];
    private readonly List<CallItem> _groups = [];
    private string? _refusal;
    private int _next;

    public IReadOnlyList<CallItem> Items => _groups;

    public void Add(PendingReplies pending, WorkerLanes lanes, ClusterMap map, Session session)
    {
        var shards = new SortedDictionary<int, List<int>>();
        for (int i = 0; i < transaction.Commands.Count; i++)
        {
            if (transaction.Commands[i].Command?.Data is not { } data) continue;
            (int shard, string? error) = ShardOf(data, transaction.Commands[i].Args, map);
            if (error is null)
            {
                if (!shards.TryGetValue(shard, out List<int>? members)) shards[shard] = members = [];
                members.Add(_members.Count);
            }
            else if (!transaction.IsBatch)
            {
                _refusal ??= "EXECABORT Transaction discarded because of: " + error;
            }

            _members.Add(new Member(transaction.Commands[i], error));
        }

        if (!transaction.IsBatch && (shards.Count > 1 || !WatchesOnly(shards))) _refusal ??= GrainShardDispatcher.CrossShardError;
        if (shards.Count == 0 && watched is { Keys.Count: > 0 }) shards[watched.Keys[0].Shard.Value] = [];
        // All of it or nothing: a queue that is full refuses the whole.
        if (!shards.Keys.All(s => GrainShardDispatcher.HasRoom(dispatcher.LaneOf(lanes, s)))) _refusal ??= GrainShardDispatcher.BusyError;
        if (_refusal is null) Send(pending, lanes, session, shards);
        pending.Add(new ReplySlot(null, null, 0, this));
    }

    public void Write(Session session)
    {
        CallItem? transactions = transaction.IsBatch || _groups.Count == 0 ? null : _groups[0];
        if ((_refusal ?? transactions?.Failure) is { } refusal)
        {
            session.Output.Error(refusal);
            return;
        }

        if (transactions is not null && IsError(transactions.Reply))
        {
            session.Output.Error([.. "EXECABORT Transaction discarded because of: "u8, .. transactions.Reply[1..^2]]);
            return;
        }

        // ":0" says that a watched key had changed.
        if (transactions is not null && transactions.Reply is [_, (byte)'0', ..])
        {
            session.Output.NullArray();
            return;
        }

        GroupReply? outer = _writing;
        _writing = this;
        session.MomentMs = transactions is null ? 0 : RespText.Integer(transactions.Reply);
        try
        {
            _next = 0;
            run(); // writes the array's head and asks for the replies one by one
        }
        finally
        {
            session.MomentMs = 0;
            _writing = outer;
        }
    }

    /// <summary>Writes the next data command's reply of the group that is being written on this thread.</summary>
    public static void WriteNext(QueuedCommand command, Session session, Worker worker)
    {
        GroupReply group = _writing!;
        Member member = group._members[group._next++];
        int before = session.Output.Length;
        if ((member.Error ?? member.Group!.Failure) is { } error) session.Output.Error(error);
        else session.Output.Raw(member.Group![IsError(member.Group.Reply) ? 0 : member.Index]); // the group's own: none of it ran
        ReadOnlySpan<byte> written = session.Output.Written;
        bool failed = before < written.Length && written[before] == (byte)'-';
        if (failed) session.Server.Metrics.Errors.Count(written[(before + 1)..]);
        long slowNs = member.Group?.SlowNs(member.Index) ?? 0;
        worker.Metrics?.Record(command.Command!.Id, slowNs, failed);
        if (slowNs > 0 && slowNs >= session.Server.SlowCommands.ThresholdNs)
            session.Server.SlowCommands.Take(session, command.Command!, command.Args, slowNs);
    }

    private void Send(PendingReplies pending, WorkerLanes lanes, Session session, SortedDictionary<int, List<int>> shards)
    {
        byte flags = GrainShardDispatcher.FlagsOf(session);
        (byte[], LogPosition)[] versions = [.. watched?.Keys.Select(k => (k.Key, k.Version)) ?? []];
        foreach ((int shard, List<int> members) in shards)
        {
            ShardCall call = GrainShardDispatcher.Gather(dispatcher.LaneOf(lanes, shard));
            int first = call.Batch.AddGroup(members.Count, versions, BatchFormat.MayWaitFlag);
            foreach (int member in members)
                call.Batch.Add(_members[member].Command.Command!.Data!.Index, _members[member].Command.Args, flags);
            var group = new CallItem(call, first, 1 + members.Count);
            _groups.Add(group);
            for (int i = 0; i < members.Count; i++) _members[members[i]] = _members[members[i]] with { Group = group, Index = 1 + i };
            pending.WaitFor(call);
        }
    }

    private static bool IsError(ReadOnlySpan<byte> reply) => reply is [(byte)'-', ..];

    private bool WatchesOnly(SortedDictionary<int, List<int>> shards)
    {
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
            if (args[i].Length > CommandRunner.MaxKeyBytes) return (0, CommandRunner.KeyTooLong);
            int owner = map.SlotMap.OwnerOf(Slot.Of(args[i])).Value;
            if (shard >= 0 && owner != shard) return (0, GrainShardDispatcher.CrossShardError);
            shard = owner;
        }

        return (shard, null);
    }

    /// <summary>A data command of the transaction, and where its reply comes from.</summary>
    private sealed record Member(QueuedCommand Command, string? Error)
    {
        public CallItem? Group { get; init; }

        public int Index { get; init; }
    }
}
