using System.Diagnostics.CodeAnalysis;
using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Replication;
using OrleansKv.Grains.Routing;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Records;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// Turns commands into grain calls: each worker has a lane to each shard, where the commands of all its connections gather. Sessions wait
/// for their answers; the I/O thread does not. A reply that leaves a shard is committed there already. Any I/O thread, each with its lanes.
/// </summary>
internal sealed class GrainShardDispatcher(
    IGrainFactory grains, ClusterMapCache maps, NodeDirectory nodes, KvNode node, TimeProvider time) : IShardDispatcher
{
    /// <summary>
    /// Bytes that may gather for one shard while a call is away: 64 MiB. Beyond that commands are refused, so that a shard that hangs does
    /// not fill memory.
    /// </summary>
    private const int MaxGatheringBytes = 64 * 1024 * 1024;

    /// <summary>
    /// Time in which a shard must be served again, or its commands are refused: more than the election of another leader takes.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const string Busy = "BUSY the shard's queue in this gateway is full (64 MiB); slow down and try again";
    private const string TryAgain = "TRYAGAIN the shard is on its way to another node; try again later";
    private const string CrossShard = "CROSSSLOT Keys in request don't hash to the same slot";

    private readonly SettlePolicy _policy = new(time, Patience, waitsForConnection: false);

    private readonly CallWatch _watch = new(time, () => maps.Current, maps.RefreshSoon);

    /// <summary>Hears of a node that nobody answers for.</summary>
    public Action<string> Unreachable { get; init; } = static _ => { };

    /// <summary>This node's own copy of a shard, where it follows the leader and can be read now; null elsewhere.</summary>
    public Func<int, IFollowerCopy?> FollowerOf { get; init; } = static _ => null;

    // Already committed where they ran.
    public JournalOffset Appended => default;

    /// <summary>This node's id, as the map has it.</summary>
    public string NodeId => node.Id;

    public Durability DefaultDurability => node.Durability;

    public bool IsVolatile => true;

    public bool KeepsNothing => node.Store.Journal is null;

    public bool Commit(JournalOffset upTo, Durability level) => true;

    public int Run(CommandBatch batch, int from, int to, ReadOnlySpan<byte> bytes, Session session, Worker worker)
    {
        WorkerLanes lanes = LanesOf(worker);
        ClusterMap map = maps.Current;
        PendingReplies pending = lanes.Rent(session);
        byte flags = FlagsOf(session);
        if (to - from > 1) flags |= BatchFormat.MayWaitFlag; // one alone may have a reply of any length, as in the embedded server
        int followFrom = session.ReadsFollowers ? LastWrite(batch, from, to) + 1 : to;
        for (int i = from; i < to; i++)
        {
            ArgList args = batch.Args(i, bytes);
            CommandEntry command = batch.Frames[i].Command!;
            DataCommand data = command.Data!;
            try
            {
                bool mayFollow = i >= followFrom;
                if (data.HasOneKey) AddOne(pending, lanes, map, command, args, flags, mayFollow);
                else if (data.FirstKey > 0) KeySpread.Add(this, pending, lanes, map, command, args, flags, mayFollow);
                else KeyspaceFanOut.Add(this, pending, lanes, map, command, args, flags);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                session.Server.Faults.Report(command.Spec.Name, failure);
                pending.Add(new ReplySlot(command, null, 0, new KnownReply(CommandRunner.InternalErrorIn(command.Spec.Name))));
            }
        }

        End(pending, lanes, worker);
        return to - from;
    }

    public bool RunAtomically(Transaction transaction, WatchList? watched, Session session, Worker worker, Action writeReplies)
    {
        WorkerLanes lanes = LanesOf(worker);
        PendingReplies pending = lanes.Rent(session);
        new GroupReply(this, transaction, watched, writeReplies).Add(pending, lanes, maps.Current, session);
        End(pending, lanes, worker);
        return true;
    }

    public void WriteReply(QueuedCommand command, Session session, Worker worker) => GroupReply.WriteNext(command, session, worker);

    public void Watch(in ArgList args, WatchList list, Session session, Worker worker)
    {
        WorkerLanes lanes = LanesOf(worker);
        PendingReplies pending = lanes.Rent(session);
        new WatchReply(list).Add(this, pending, lanes, maps.Current, args, session);
        End(pending, lanes, worker);
    }

    public void EndTurn(Worker worker)
    {
        WorkerLanes lanes = LanesOf(worker);
        List<ShardLane> toSend = lanes.ToSend;
        for (int i = 0; i < toSend.Count; i++)
        {
            ShardLane lane = toSend[i];
            lane.IsListed = false;
            if (lane.Away is null && lane.Gathering.Batch.Count > 0) Send(lane.TakeGathering());
        }

        toSend.Clear();
    }

    public int AnswerPollMs(Worker worker) => LanesOf(worker).PollMs;

    public bool TakeAnswers(Worker worker, Action<Session> answered)
    {
        WorkerLanes lanes = LanesOf(worker);
        if (!lanes.BeginTaking()) return false;
        while (lanes.TryTake(out ShardCall call))
        {
            if (!Settle(call)) continue; // it goes out again
            ShardLane lane = call.Lane;
            lane.Away = null;
            if (lane.Gathering.Batch.Count > 0) List(lane);
            call.BeginReading();
            // The list is cleared when the last of them has read its replies, so not before the last turn of this loop.
            // Who was deferred stands at the end of the batch, and asks again before the others: so nobody is deferred for ever.
            bool isShort = call.IsShort;
            for (int i = 0, count = call.Waiters.Count; i < count; i++)
            {
                PendingReplies pending = call.Waiters[isShort ? count - 1 - i : i];
                if (pending.CallEnded()) Finish(pending, lanes, worker, answered);
            }
        }

        return true;
    }

    /// <summary>Adds one command for one shard; the reply slot is the caller's to make.</summary>
    internal bool TryAdd(
        WorkerLanes lanes, ClusterMap map, SlotId slot, out ShardCall call, out string? refusal, bool mayFollow = false)
    {
        call = null!;
        refusal = null;
        if (map.IsEmpty)
        {
            refusal = "CLUSTERDOWN The cluster is down: this node has not joined it yet";
            return false;
        }

        ShardLane lane = LaneOf(lanes, map.SlotMap.OwnerOf(slot).Value, mayFollow);
        if (!HasRoom(lane))
        {
            refusal = Busy;
            return false;
        }

        call = Gather(lane);
        return true;
    }

    /// <summary>
    /// Why a command with a part for this shard must be refused before any of it runs; null when it need not: the shard's node is not known
    /// to be down, or another replica takes its place, and the lane's queue takes more.
    /// </summary>
    internal string? RefusalOf(ShardLane lane, ClusterMap map)
    {
        ShardHome? home = map.FindHome(lane.Shard);
        if (!lane.IsForFollowers && !IsServed(home) && !map.IsReplicated) return Down(home);
        return HasRoom(lane) ? null : Busy;
    }

    /// <summary>Whether the lane's queue takes more.</summary>
    internal static bool HasRoom(ShardLane lane) => lane.Gathering.Batch.SizeBytes <= MaxGatheringBytes;

    /// <summary>The call that gathers for a shard, to be added to.</summary>
    internal static ShardCall Gather(ShardLane lane)
    {
        List(lane);
        return lane.Gathering;
    }

    /// <summary>The worker's way to a shard.</summary>
    /// <param name="lanes">The worker's.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="mayFollow">This node's own copy may answer, where it can be read: that has a lane of its own.</param>
    internal ShardLane LaneOf(WorkerLanes lanes, int shard, bool mayFollow = false) =>
        lanes.LaneOf(shard, mayFollow && FollowerOf(shard) is not null, grains);

    internal static void List(ShardLane lane)
    {
        if (lane.IsListed) return;
        lane.IsListed = true;
        lane.Worker.ToSend.Add(lane);
    }

    // What is read before a write of the same pipeline goes the write's way: it must not see it.
    private static int LastWrite(CommandBatch batch, int from, int to)
    {
        int last = to - 1;
        while (last >= from && !batch.Frames[last].Command!.Data!.IsWrite) last--;
        return last;
    }

    internal static byte FlagsOf(Session session) =>
        (byte)((session.Output.Protocol == 3 ? BatchFormat.Resp3Flag : 0)
            | (session.NoTouch ? BatchFormat.NoTouchFlag : 0)
            | BatchFormat.LevelFlags(session.Durability));

    internal static string CrossShardError => CrossShard;

    internal static string BusyError => Busy;

    private void AddOne(PendingReplies pending, WorkerLanes lanes, ClusterMap map, CommandEntry command, in ArgList args, byte flags,
        bool mayFollow)
    {
        ReadOnlySpan<byte> key = args[command.Data!.FirstKey];
        string? refusal = CommandRunner.KeyTooLong;
        if (key.Length > CommandRunner.MaxKeyBytes || !TryAdd(lanes, map, Slot.Of(key), out ShardCall call, out refusal, mayFollow))
        {
            pending.Add(new ReplySlot(command, null, 0, new KnownReply(refusal!)));
            return;
        }

        pending.Add(new ReplySlot(command, call, call.Batch.Add(command.Data.Index, args, flags), null));
    }

    internal static void End(PendingReplies pending, WorkerLanes lanes, Worker worker)
    {
        if (!pending.Close()) return;
        pending.Finish(worker);
        lanes.Return(pending);
    }

    private static void Finish(PendingReplies pending, WorkerLanes lanes, Worker worker, Action<Session> answered)
    {
        Session session = pending.Session;
        pending.Finish(worker);
        lanes.Return(pending);
        answered(session);
    }

    private void Send(ShardCall call)
    {
        ClusterMap map = maps.Current;
        if (call.Lane.IsForFollowers && TryFollower(call, map)) return;
        ShardHome? home = map.FindHome(call.Lane.Shard);
        if (!IsServed(home))
        {
            if (map.IsReplicated && _policy.MayTryAgain(call.Call)) _ = SendLater(call);
            else call.Refuse(Down(home));
            return;
        }

        call.Start(call.Lane.Grain, map.Version, home, home.NodeId == node.Id);
    }

    // Nobody else catches what this thread throws. Here that is a want of memory.
    private bool TryFollower(ShardCall call, ClusterMap map)
    {
        try
        {
            if (FollowerOf(call.Lane.Shard)?.Read(call.Bytes, map.Version) is not { } read) return false;
            call.Answer(read);
        }
        catch (Exception failure)
        {
            call.Refuse($"ERR the read failed ({failure.GetType().Name})");
        }

        return true;
    }

    // False when the batch is on its way again.
    private bool Settle(ShardCall call)
    {
        Exception? failure = call.TakeAnswer();
        if (failure is null && call.Reply is null) return true; // it was refused here
        if (call.Reply is { } reply && reply.MapVersion > maps.Current.Version) maps.RefreshSoon();
        CallOutcome outcome = failure is null ? CallOutcome.Of(call.Reply!) : CallOutcome.Of(failure);
        ClusterMap map = maps.Current;
        if (outcome.Fate == CallFate.NotSent && map.FindHome(call.Lane.Shard) is { } home) Unreachable(home.NodeId);
        switch (_policy.Next(outcome, call.Call, map))
        {
            case CallStep.Deliver:
                return true;
            case CallStep.SendAgain:
                _ = SendLater(call);
                return false;
            case CallStep.GiveUp:
                call.Fail(TryAgain);
                return true;
            case CallStep.AskReadsAgain:
                call.Fail(TextOf(outcome));
                foreach (PendingReplies pending in call.Waiters) pending.AskReadsAgain(call);
                return true;
            default:
                call.Fail(TextOf(outcome));
                return true;
        }
    }

    private async Task SendLater(ShardCall call)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(CallOutcome.RetryMs), time).ConfigureAwait(false);
        Send(call); // the lane has it as the call that is away: nobody else touches it
    }

    private bool IsServed([NotNullWhen(true)] ShardHome? home) => home is not null && nodes.IsAlive(home.NodeId);

    private static string Down(ShardHome? home) =>
        home is null ? "CLUSTERDOWN Hash slot not served" : $"CLUSTERDOWN Hash slot not served: node {home.NodeId} is down";

    // As Redis words it where it has a word for it: clients match on that.
    private static string TextOf(in CallOutcome outcome) => outcome.Fate switch
    {
        CallFate.JournalFailed =>
            "MISCONF the journal could not be written: the outcome of these commands is unknown; see the server's log",
        CallFate.NoReplicas => "NOREPLICAS Not enough good replicas to write: whether the command ran is not known",
        _ when outcome.IsUnknown => $"ERR {outcome.Problem}: whether the command ran is not known",
        CallFate.Unconfirmed => "TRYAGAIN " + outcome.Problem,
        CallFate.Unavailable or CallFate.NotSent => "CLUSTERDOWN Hash slot not served: " + outcome.Problem,
        _ => "ERR " + outcome.Problem,
    };

    internal WorkerLanes LanesOf(Worker worker) => (WorkerLanes)(worker.DispatchState ??= new WorkerLanes(worker, _watch));
}
