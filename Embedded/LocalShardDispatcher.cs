using OrleansKv.Engine;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Table;
using OrleansKv.Gateway;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Embedded;

/// <summary>
/// Runs data commands on the spot: lock the shard that owns the key, call the handler, which writes the reply. Consecutive commands of
/// one shard share a lock hold. Any I/O thread.
/// </summary>
internal sealed class LocalShardDispatcher(NodeStore store, bool isVolatile) : IShardDispatcher
{
    private const string OutOfMemory = "OOM command not allowed when used memory > 'maxmemory'.";

    /// <summary>Longest key, bytes: its length is kept in 16 bits.</summary>
    private const int MaxKeyBytes = ushort.MaxValue;

    public JournalOffset Appended => store.Appended;

    public Durability DefaultDurability { get; set; } = Durability.EverySecond;

    public bool IsVolatile { get; } = isVolatile;

    public bool Commit(JournalOffset upTo, Durability level) => store.Commit(upTo, level);

    public int Run(CommandBatch batch, int from, int to, ReadOnlySpan<byte> bytes, Session session, Worker worker)
    {
        GatewayServer server = session.Server;
        CommandContext context = ContextFor(session);
        ShardCell? held = null;
        LookAhead(batch, from, to, bytes);
        long started = worker.StartTiming();
        int at = from;
        try
        {
            for (; at < to; at++)
            {
                CommandEntry command = batch.Frames[at].Command!;
                ArgList args = batch.Args(at, bytes);
                context.Args = args;
                int before = session.Output.Length;
                if (command.HasOneKey) RunOneKey(command, ref batch.Frames[at], ref context, ref held, session);
                else RunOther(command, ref context, ref held, session, worker);
                started = worker.Record(command, started, session, args, before);
                if (session.Output.Length >= Session.OutputHighWaterBytes) return at + 1 - from;
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A defect of ours in one command: its client hears so and stays in step, everybody else is served.
            server.Faults.Report(batch.Frames[at].Command!.Spec.Name, failure);
            session.Output.Error($"ERR internal error in '{batch.Frames[at].Command!.Spec.Name}', see the server's log");
            return at + 1 - from;
        }
        finally
        {
            if (held is not null) store.Exit(held);
        }

        return to - from;
    }

    public bool RunAtomically(
        IReadOnlyList<QueuedCommand> commands, WatchList? watched, Session session, Worker worker, Action run)
    {
        LockSet locks = worker.Locks;
        locks.Clear();
        foreach (QueuedCommand command in commands)
        {
            if (command.Command is not { } entry) continue;
            if (entry.IsData && entry.FirstKey == 0) locks.AddAll();
            else AddKeys(locks, entry.Spec, command.Args);
        }

        if (watched is not null)
        {
            foreach (WatchedKey key in watched.Keys) locks.Add(KeyRef.Of(key.Key, store.HashSeed));
        }

        locks.Enter();
        try
        {
            long now = session.Server.NowMs;
            if (watched is not null && watched.Keys.Any(key => HasChanged(key, now))) return false;
            store.BeginGroup();
            try
            {
                run();
            }
            finally
            {
                store.EndGroup();
            }

            return true;
        }
        finally
        {
            locks.Exit();
        }
    }

    public void RunHeld(QueuedCommand command, Session session, Worker worker)
    {
        CommandEntry entry = command.Command!;
        CommandContext context = ContextFor(session);
        context.Args = command.Args;
        long started = worker.StartTiming();
        int before = session.Output.Length;
        try
        {
            if (Admit(entry, context, session, null)) entry.Run!(ref context);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            session.Server.Faults.Report(entry.Spec.Name, failure);
            session.Output.Truncate(before);
            session.Output.Error($"ERR internal error in '{entry.Spec.Name}', see the server's log");
        }

        worker.Record(entry, started, session, context.Args, before);
    }

    public void Watch(in ArgList args, WatchList list, Worker worker)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (int i = 1; i < args.Count; i++)
        {
            KeyRef key = KeyRef.Of(args[i], store.HashSeed);
            ShardCell cell = store.Enter(key);
            try
            {
                list.Add(key.Bytes, cell.Shard.Id, VersionOf(cell.Shard, key, now));
            }
            finally
            {
                store.Exit(cell);
            }
        }
    }

    // Hashes the keys of the whole run and asks for their memory before the first is used: with a million keys each look-up would
    // otherwise wait for two cache misses, more than half of a command's time. Batches of one pass quickly.
    private void LookAhead(CommandBatch batch, int from, int to, ReadOnlySpan<byte> bytes)
    {
        for (int i = from; i < to; i++)
        {
            ref CommandFrame frame = ref batch.Frames[i];
            if (!frame.Command!.HasOneKey) continue;
            ArgSlice word = batch.Slices[frame.FirstSlice + frame.Command.FirstKey];
            KeyRef key = KeyRef.Of(bytes.Slice(word.Start, word.Length), store.HashSeed);
            frame.Slot = key.Slot;
            frame.Hash = key.Hash;
            if (to - from > 1) store.PrefetchIndex(key.Slot);
        }

        if (to - from == 1) return;
        for (int i = from; i < to; i++)
        {
            ref CommandFrame frame = ref batch.Frames[i];
            if (frame.Command!.HasOneKey) store.Prefetch(frame.Slot, frame.Hash);
        }

        for (int i = from; i < to; i++)
        {
            ref CommandFrame frame = ref batch.Frames[i];
            if (frame.Command!.HasOneKey) store.PrefetchEntry(frame.Slot, frame.Hash);
        }
    }

    private void RunOneKey(CommandEntry command, ref CommandFrame frame, ref CommandContext context, ref ShardCell? held, Session session)
    {
        ReadOnlySpan<byte> bytes = context.Args[command.FirstKey];
        if (bytes.Length > MaxKeyBytes)
        {
            session.Output.Error("ERR key is longer than 65535 bytes");
            return;
        }

        var key = new KeyRef(bytes, frame.Slot, frame.Hash);
        if (held is null || !store.Owns(held, key))
        {
            if (held is not null) store.Exit(held);
            held = null; // should Enter throw
            held = store.Enter(key);
        }

        if (command.IsWrite && !Admit(command, context, session, held)) return;
        context.KnownKey = command.FirstKey;
        context.KnownSlot = key.Slot;
        context.KnownHash = key.Hash;
        command.Run!(ref context);
    }

    // No key, or several: all their shards at once, and all effects as one group of the journal.
    private void RunOther(CommandEntry command, ref CommandContext context, ref ShardCell? held, Session session, Worker worker)
    {
        if (held is not null) store.Exit(held);
        held = null;
        context.KnownKey = 0;
        if (command.FirstKey == 0)
        {
            if (!command.IsWrite || Admit(command, context, session, null)) command.Run!(ref context);
            return;
        }

        LockSet locks = worker.Locks;
        locks.Clear();
        if (!AddKeys(locks, command.Spec, context.Args))
        {
            session.Output.Error("ERR key is longer than 65535 bytes");
            return;
        }

        locks.Enter();
        try
        {
            if (!command.IsWrite)
            {
                command.Run!(ref context);
            }
            else if (Admit(command, context, session, null))
            {
                store.BeginGroup();
                try
                {
                    command.Run!(ref context);
                }
                finally
                {
                    store.EndGroup();
                }
            }
        }
        finally
        {
            locks.Exit();
        }
    }

    private bool Admit(CommandEntry command, in CommandContext context, Session session, ShardCell? held)
    {
        if (!command.IsWrite) return true;
        if (store.WriteRefusal is { } refusal)
        {
            session.Output.Error("MISCONF " + refusal);
            return false;
        }

        if (!command.DenyOom) return true;
        bool hasRoom = held is not null ? store.MakeRoom(held, context.NowMs) : store.MakeRoom(context.NowMs);
        if (!hasRoom) session.Output.Error(OutOfMemory);
        return hasRoom;
    }

    private bool AddKeys(LockSet locks, CommandSpec spec, in ArgList args)
    {
        if (spec.FirstKey == 0) return true;
        int last = spec.LastKey < 0 ? args.Count + spec.LastKey : spec.LastKey;
        for (int i = spec.FirstKey; i <= last && i < args.Count; i += spec.KeyStep)
        {
            if (args[i].Length > MaxKeyBytes) return false;
            locks.Add(KeyRef.Of(args[i], store.HashSeed));
        }

        return true;
    }

    private bool HasChanged(in WatchedKey watched, long nowMs)
    {
        KeyRef key = KeyRef.Of(watched.Key, store.HashSeed);
        Shard shard = store.ShardOf(key);
        Lsn version = VersionOf(shard, key, nowMs);
        return version != watched.Version || (version != Lsn.None && shard.Id != watched.Shard);
    }

    private static Lsn VersionOf(Shard shard, in KeyRef key, long nowMs)
    {
        EntryRef entry = shard.Find(key, nowMs);
        return entry.IsNone ? Lsn.None : shard.Table.VersionOf(entry);
    }

    private CommandContext ContextFor(Session session) => new()
    {
        Reply = session.Output,
        Store = store,
        NowMs = session.Server.NowMs,
        NoTouch = session.NoTouch,
        Notifier = session.Server.Notifier.IsActive ? session.Server.Notifier : null,
    };
}
