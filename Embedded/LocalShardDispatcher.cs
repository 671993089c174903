using System.Diagnostics;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Table;
using OrleansKv.Gateway;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Records;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Embedded;

/// <summary>
/// Runs data commands on the spot: lock the shard that owns the key, call the handler, which writes the reply. Consecutive commands of
/// one shard share a lock hold. Any I/O thread.
/// </summary>
internal sealed class LocalShardDispatcher(NodeStore store, bool isVolatile) : IShardDispatcher
{
    /// <summary>
    /// Time that the commands of a run have taken since its clock was read, 1 ms in ticks of the stop watch: then it is read again.
    /// </summary>
    private static readonly long TicksAMs = Stopwatch.Frequency / 1000;

    private readonly CommandRunner _runner = new(store);

    public JournalOffset Appended => store.Appended;

    public Durability DefaultDurability { get; set; } = Durability.EverySecond;

    public bool IsVolatile { get; } = isVolatile;

    public bool Commit(JournalOffset upTo, Durability level) => store.Commit(upTo, level);

    public int Run(CommandBatch batch, int from, int to, ReadOnlySpan<byte> bytes, Session session, Worker worker)
    {
        CommandContext context = ContextFor(session, store.NowMs);
        ShardCell? held = null;
        LookAhead(batch, from, to, bytes);
        long started = worker.StartTiming(), clockRead = started;
        int at = from;
        int before = 0;
        bool wrote = false;
        try
        {
            for (; at < to; at++)
            {
                CommandEntry command = batch.Frames[at].Command!;
                ArgList args = batch.Args(at, bytes);
                context.Args = args;
                before = session.Output.Length;
                DataCommand data = command.Data!;
                if (data.HasKeyIn(args.Count))
                    wrote |= _runner.RunOneKey(data, batch.Frames[at].Slot, batch.Frames[at].Hash, ref context, ref held);
                else wrote |= _runner.RunOther(data, ref context, ref held, worker.Locks);
                started = worker.Record(command, started, session, args, before);
                if (session.Output.Length >= Session.OutputHighWaterBytes) return at + 1 - from;
                if (started - clockRead < TicksAMs) continue;
                context.NowMs = store.NowMs; // a deadline that the next command sets counts from now on
                clockRead = started;
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A defect of ours in one command: its client hears so and stays in step, everybody else is served.
            session.Output.Truncate(before);
            Fail(session, batch.Frames[at].Command!, failure);
            wrote = true; // perhaps
            return at + 1 - from;
        }
        finally
        {
            session.HasWritten |= wrote;
            if (held is not null) store.Exit(held);
        }

        return to - from;
    }

    public bool RunAtomically(
        Transaction transaction, WatchList? watched, Session session, Worker worker, Action writeReplies)
    {
        var group = new GroupReplies(transaction);
        if (!RunGroup(transaction, group, watched, session, worker)) return false;
        if (group.Refusal is { } refusal && !transaction.IsBatch)
        {
            session.Output.Error("EXECABORT Transaction discarded because of: " + refusal);
            return true;
        }

        // Only now, without a lock: commands of the session itself (INFO, CONFIG SET) run here, and take locks of their own.
        object? outer = worker.DispatchState;
        worker.DispatchState = group;
        session.MomentMs = group.NowMs;
        try
        {
            writeReplies();
        }
        finally
        {
            session.MomentMs = 0;
            worker.DispatchState = outer;
        }

        return true;
    }

    public void WriteReply(QueuedCommand command, Session session, Worker worker)
    {
        var group = (GroupReplies)worker.DispatchState!;
        if (group.Refusal is { } refusal) session.Output.Error(refusal);
        else session.Output.Raw(group.Next());
    }

    public void Watch(in ArgList args, WatchList list, Session session, Worker worker)
    {
        long now = store.NowMs;
        for (int i = 1; i < args.Count; i++)
        {
            KeyRef key = KeyRef.Of(args[i], store.HashSeed);
            ShardCell cell = store.Enter(key, ref now);
            try
            {
                list.Add(key.Bytes, cell.Shard.Id, cell.Shard.WatchVersionOf(key, now));
            }
            finally
            {
                store.Exit(cell);
            }
        }

        session.Output.Ok();
    }

    private static void Fail(Session session, CommandEntry command, Exception failure)
    {
        if (failure is ReplyTooLongException)
        {
            session.Output.Error(ReplyTooLongException.Text);
            return;
        }

        session.Server.Faults.Report(command.Spec.Name, failure);
        session.Output.Error(CommandRunner.InternalErrorIn(command.Spec.Name));
    }

    private void LookAhead(CommandBatch batch, int from, int to, ReadOnlySpan<byte> bytes)
    {
        bool isLong = to - from > 1;
        Span<KeyPlace> places = isLong ? stackalloc KeyPlace[CommandBatch.MaxFrames] : default;
        var ahead = new LookAhead(store, places);
        for (int i = from; i < to; i++)
        {
            ref CommandFrame frame = ref batch.Frames[i];
            DataCommand command = frame.Command!.Data!;
            if (!command.HasKeyIn(frame.Words)) continue;
            ArgSlice word = batch.Slices[frame.FirstSlice + command.FirstKey];
            KeyPlace place = ahead.Add(bytes.Slice(word.Start, word.Length));
            frame.Slot = place.Slot;
            frame.Hash = place.Hash;
        }

        ahead.Fetch();
    }

    // The data commands, under the locks of all their shards and as one group of the journal. False when a watched key has changed.
    private bool RunGroup(Transaction transaction, GroupReplies group, WatchList? watched, Session session, Worker worker)
    {
        GroupScope scope = _runner.NewGroup(worker.Locks);
        foreach (QueuedCommand command in transaction.Commands)
        {
            if (command.Command?.Data is not { } data) continue;
            if (data.FirstKey == 0) scope.AddAllShards();
            if (!scope.Add(data, command.Args) && !transaction.IsBatch) group.Refusal = CommandRunner.KeyTooLong;
        }

        if (watched is not null)
        {
            foreach (WatchedKey key in watched.Keys) scope.Watch(key.Key);
        }

        var members = new Members(this, transaction, group, watched, session, worker);
        string? refusal = group.Refusal;
        bool isUnchanged = scope.Run(ref members, ref refusal);
        group.Refusal = refusal;
        return isUnchanged;
    }

    private readonly struct Members(
        LocalShardDispatcher owner, Transaction transaction, GroupReplies group, WatchList? watched, Session session, Worker worker)
        : ICommandGroup
    {
        public bool IsUnchanged(long nowMs)
        {
            if (watched is null) return true;
            foreach (WatchedKey key in watched.Keys)
            {
                if (owner.HasChanged(key, nowMs)) return false;
            }

            return true;
        }

        public void Run(long nowMs)
        {
            group.NowMs = nowMs;
            foreach (QueuedCommand command in transaction.Commands)
            {
                if (command.Command is { IsData: true }) owner.RunMember(command, group, nowMs, session, worker);
            }
        }
    }

    // The reply is written where all are, so that it is counted as all are, and taken away for later.
    private void RunMember(QueuedCommand command, GroupReplies group, long nowMs, Session session, Worker worker)
    {
        CommandEntry entry = command.Command!;
        CommandContext context = ContextFor(session, nowMs);
        context.Args = command.Args;
        long started = worker.StartTiming();
        int before = session.Output.Length;
        try
        {
            session.HasWritten |= _runner.RunHeld(entry.Data!, ref context);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            session.Output.Truncate(before);
            Fail(session, entry, failure);
            session.HasWritten = true; // perhaps
        }

        worker.Record(entry, started, session, context.Args, before);
        group.Add(session.Output.Written[before..]);
        session.Output.Truncate(before);
    }

    private bool HasChanged(in WatchedKey watched, long nowMs)
    {
        KeyRef key = KeyRef.Of(watched.Key, store.HashSeed);
        Shard shard = store.ShardOf(key);
        return shard.Id != watched.Shard || !Shard.IsSame(shard.WatchVersionOf(key, nowMs), watched.Version);
    }

    private CommandContext ContextFor(Session session, long nowMs) => new()
    {
        Reply = session.Output,
        Store = store,
        NowMs = nowMs,
        NoTouch = session.NoTouch,
        Notifier = session.Server.Notifier.IsActive ? session.Server.Notifier : null,
    };
}
