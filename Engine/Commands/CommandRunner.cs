using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Engine.Commands;

/// <summary>
/// Runs data commands on a store with what must happen around them: locks, admission (disk, memory), effects of one command as one group.
/// Both hosts run their commands here. Any thread; the lock set and the held cell are the caller's own.
/// </summary>
public sealed class CommandRunner(NodeStore store)
{
    /// <summary>Longest key, bytes: its length is kept in 16 bits.</summary>
    public const int MaxKeyBytes = ushort.MaxValue;

    /// <summary>
    /// Most keys of one command that writes. Its records are one group of the journal, which is held in one array of 2 GiB at most: 1 GiB
    /// of words (the longest command) and 44 bytes a record.
    /// </summary>
    public const int MaxWrittenKeys = 20_000_000;

    private const string OutOfMemory = "OOM command not allowed when used memory > 'maxmemory'.";
    private const string TooManyKeys = "ERR a command writes at most 20000000 keys";
    public const string KeyTooLong = "ERR key is longer than 65535 bytes";

    public NodeStore Store => store;

    /// <summary>The error of a command in which a defect of ours showed.</summary>
    public static string InternalErrorIn(string command) => $"ERR internal error in '{command}', see the server's log";

    /// <summary>Begins to gather commands that run as one, with a lock set of the caller's.</summary>
    public GroupScope NewGroup(LockSet locks) => new(this, locks);

    /// <summary>
    /// A command with one key, whose slot and hash are known. <paramref name="held"/> is the cell that the caller has locked already, and
    /// stays locked. True when it was a write that was let in: its reply promises something.
    /// </summary>
    public bool RunOneKey(DataCommand command, SlotId slot, uint hash, ref CommandContext context, ref ShardCell? held)
    {
        ReadOnlySpan<byte> bytes = context.Args[command.FirstKey];
        if (bytes.Length > MaxKeyBytes)
        {
            context.Reply.Error(KeyTooLong);
            return false;
        }

        var key = new KeyRef(bytes, slot, hash);
        if (held is null || !store.Owns(held, key))
        {
            if (held is not null) store.Exit(held);
            held = null; // should Enter throw
            held = store.Enter(key, ref context.NowMs);
        }

        if (command.IsWrite ? !Admit(command, context, held) : !IsReadable(context)) return false;
        context.KnownKey = command.FirstKey;
        context.KnownSlot = slot;
        context.KnownHash = hash;
        command.Run(ref context);
        if (command.DenyOom) store.CountGrowth(held);
        return command.IsWrite;
    }

    /// <summary>
    /// No key, or several: all their shards at once, and all effects as one group of the journal. The command's clock is read when its
    /// shards are held: no key of it can expire between two looks. True as of <see cref="RunOneKey"/>.
    /// </summary>
    public bool RunOther(DataCommand command, ref CommandContext context, ref ShardCell? held, LockSet locks)
    {
        if (held is not null) store.Exit(held);
        held = null;
        context.KnownKey = 0;
        if (command.FirstKey == 0)
        {
            context.NowMs = store.NowMs;
            if (command.IsWrite ? !Admit(command, context, null) : !IsReadable(context)) return false;
            command.Run(ref context);
            return command.IsWrite;
        }

        locks.Clear();
        if (command.IsWrite && context.Args.Count / command.Spec.KeyStep > MaxWrittenKeys)
        {
            context.Reply.Error(TooManyKeys);
            return false;
        }

        if (!AddKeys(locks, command, context.Args))
        {
            context.Reply.Error(KeyTooLong);
            return false;
        }

        locks.Enter();
        try
        {
            context.NowMs = store.NowMs;
            if (!command.IsWrite)
            {
                if (IsReadable(context)) command.Run(ref context);
                return false;
            }

            if (!Admit(command, context, null)) return false;
            store.BeginGroup();
            try
            {
                command.Run(ref context);
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

    /// <summary>
    /// Runs a command whose shards are held, inside a group that <see cref="RunGroup"/> has let in: none of
    /// it is refused now for want of disk or memory. True as of <see cref="RunOneKey"/>.
    /// </summary>
    public bool RunHeld(DataCommand command, ref CommandContext context)
    {
        context.KnownKey = 0;
        if (HasLongKey(command, context.Args))
        {
            context.Reply.Error(KeyTooLong);
            return false;
        }

        command.Run(ref context);
        return command.IsWrite;
    }

    /// <summary>
    /// Runs commands as one: under the locks of all their shards, with one clock, which the check of the watched keys goes by, too (what
    /// has not expired for that does not expire under the commands), and their effects as one group of the journal. False when a watched
    /// key has changed: then nothing runs.
    /// </summary>
    /// <param name="locks">All their shards; held while this runs.</param>
    /// <param name="writes">One of them writes.</param>
    /// <param name="grows">One of them needs memory.</param>
    /// <param name="group">The commands.</param>
    /// <param name="refusal">Why they must not run, if that is known; else set to why not, as an error's text, or null when they
    /// ran.</param>
    internal bool RunGroup<TGroup>(LockSet locks, bool writes, bool grows, ref TGroup group, ref string? refusal)
        where TGroup : ICommandGroup, allows ref struct
    {
        locks.Enter();
        try
        {
            long now = store.NowMs;
            if (!group.IsUnchanged(now)) return false;
            refusal ??= RefusalOf(writes, grows, locks, now);
            if (refusal is not null) return true;
            store.BeginGroup();
            try
            {
                group.Run(now);
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

    // A part of the group would be refused: none of it runs.
    private string? RefusalOf(bool writes, bool grows, LockSet locks, long nowMs)
    {
        if (store.Links.IsLoading) return Errors.Loading;
        if (writes && store.Links.IsFollower) return Errors.ReadOnlyReplica;
        if (writes && store.WriteRefusal is { } refusal) return "MISCONF " + refusal;
        if (grows) locks.CountMemory();
        return grows && !store.MakeRoom(nowMs) ? OutOfMemory : null;
    }

    /// <summary>Whether a key among the words is longer than a key can be.</summary>
    public static bool HasLongKey(DataCommand command, in ArgList args)
    {
        if (command.FirstKey == 0) return false;
        int last = command.LastKeyOf(args.Count);
        for (int i = command.FirstKey; i <= last && i < args.Count; i += command.Spec.KeyStep)
        {
            if (args[i].Length > MaxKeyBytes) return true;
        }

        return false;
    }

    /// <summary>Adds the shards of a command's keys; false when a key is too long.</summary>
    internal bool AddKeys(LockSet locks, DataCommand command, in ArgList args)
    {
        if (command.FirstKey == 0) return true;
        int last = command.LastKeyOf(args.Count);
        for (int i = command.FirstKey; i <= last && i < args.Count; i += command.Spec.KeyStep)
        {
            if (args[i].Length > MaxKeyBytes) return false;
            locks.Add(KeyRef.Of(args[i], store.HashSeed));
        }

        return true;
    }

    private bool IsReadable(in CommandContext context)
    {
        if (!store.Links.IsLoading) return true;
        context.Reply.Error(Errors.Loading);
        return false;
    }

    private bool Admit(DataCommand command, in CommandContext context, ShardCell? held)
    {
        if (!command.IsWrite) return true;
        if (store.Links.IsFollower)
        {
            context.Reply.Error(store.Links.IsLoading ? Errors.Loading : Errors.ReadOnlyReplica);
            return false;
        }

        if (store.WriteRefusal is { } refusal)
        {
            context.Reply.Error("MISCONF " + refusal);
            return false;
        }

        if (!command.DenyOom) return true;
        bool hasRoom = held is not null ? store.MakeRoom(held, context.NowMs) : store.MakeRoom(context.NowMs);
        if (!hasRoom) context.Reply.Error(OutOfMemory);
        return hasRoom;
    }
}
