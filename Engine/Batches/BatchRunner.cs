using System.Buffers.Binary;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Batches;

/// <summary>
/// Runs a shard's batches on a store: items in order, each with its reply. One caller at a time; a runner's tables are reused, so that a
/// batch costs no allocation but the reply's object.
/// </summary>
public sealed class BatchRunner(CommandRunner runner)
{
    /// <summary>
    /// 64 KiB of commands and replies take some 20 µs: behind so many the clock is read again, and behind a command that may take long,
    /// too. So a deadline is never set from a clock that stands still for longer than one command.
    /// </summary>
    private const int BytesAClock = 64 * 1024;

    /// <summary>Longest answer of a batch: what a message of 1 GiB holds, with room for its head.</summary>
    private const int DefaultMaxReplyBytes = 1023 * 1024 * 1024;

    private readonly NodeStore _store = runner.Store;
    private readonly BatchReader _reader = new();
    private readonly BatchReplyPool _replies = new();
    private readonly LockSet _locks = runner.Store.CreateLockSet();
    private BatchReply _reply = BatchReply.Empty;
    private ReplyWriter _output = null!; // of the reply
    private BatchTimer _timer;
    private KeyPlace[] _keys = new KeyPlace[32]; // by item
    private KeyPlace[] _ahead = new KeyPlace[32]; // those that there are, one after the other

    /// <summary>Takes keyspace events; null when nobody listens.</summary>
    public IKeyspaceNotifier? Notifier { get; set; }

    /// <summary>Hears of a defect of ours in a command: its name and the exception.</summary>
    public Action<string, Exception>? Faults { get; init; }

    /// <summary>Items that take as long are named in the reply, ns.</summary>
    public long SlowNs { get; set; } = long.MaxValue;

    public int MaxReplyBytes { get; init; } = DefaultMaxReplyBytes;

    /// <summary>The last batch had a command that may have written.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Runs a batch; null and <paramref name="problem"/> when it cannot be read (then nothing ran).</summary>
    public BatchReply? Run(ShardId shard, ReadOnlySpan<byte> batch, out string? problem)
    {
        problem = _reader.Read(batch);
        if (problem is not null) return null;
        BatchReply reply = _replies.Rent();
        reply.Begin(_reader.Count);
        _reply = reply;
        _output = reply.Output!;
        HasWritten = false;
        LookAhead(batch);
        long now = _store.NowMs;
        _timer.Begin(SlowNs, _reader.HasSlowKinds);
        ShardView? view = null;
        ShardCell? held = null;
        int clockAt = 0; // bytes read and written when the clock was read
        try
        {
            for (int at = 0; at < _reader.Count;)
            {
                ref readonly BatchItem item = ref _reader[at];
                bool mayWait = (item.Flags & BatchFormat.MayWaitFlag) != 0;
                if (mayWait && _output.Length >= BatchFormat.LongReplyBytes)
                {
                    reply.Cut(at);
                    break;
                }

                if (item.Index == BatchFormat.Group)
                {
                    Leave(ref held);
                    RunGroup(ref at, shard, batch, ref now, ref view);
                    continue;
                }

                int bytesAt = _reader.Slice(item, 0).Start + _output.Length;
                if (bytesAt - clockAt >= BytesAClock || (at > 0 && BatchReader.MayTakeLong(_reader[at - 1])))
                {
                    now = _store.NowMs;
                    clockAt = bytesAt;
                }

                int before = _output.Length;
                if (item.Index == BatchFormat.Version) Version(item, batch, ref now, ref held);
                else RunOne(at, item, shard, batch, ref now, ref held, ref view);
                if (mayWait && _output.Length - before > BatchFormat.LongReplyBytes && !DataCommand.Of(item.Index).IsWrite)
                {
                    _output.Truncate(before);
                    reply.End(at);
                    reply.Cut(at + 1);
                    break;
                }

                reply.End(at);
                _timer.Ended(at++, reply);
            }

            _timer.EndedAll(reply, _reader);
        }
        finally
        {
            Leave(ref held);
        }

        return reply;
    }

    /// <summary>How safe the batch that ran last must be before it is answered: the highest level that one of its items asks for.</summary>
    /// <param name="byDefault">For items that ask for none.</param>
    public Durability LevelOr(Durability byDefault) =>
        _reader.AskedLevel is { } asked && (asked > byDefault || !_reader.AsksForDefault) ? asked : byDefault;

    private void RunOne(
        int at, in BatchItem item, ShardId shard, ReadOnlySpan<byte> batch, ref long now, ref ShardCell? held, ref ShardView? view)
    {
        DataCommand command = DataCommand.Of(item.Index);
        int before = _output.Length;
        if (!HasItsWords(item, command)) return;
        HasWritten |= command.IsWrite;
        try
        {
            CommandContext context = ContextFor(item, command, shard, batch, now, ref view);
            if (command.HasKeyIn(item.Words)) runner.RunOneKey(command, _keys[at].Slot, _keys[at].Hash, ref context, ref held);
            else runner.RunOther(command, ref context, ref held, _locks);
            now = context.NowMs; // read again if it had to wait
            if (_output.Length > MaxReplyBytes) throw new ReplyTooLongException();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Failed(command, before, failure);
        }
    }

    // All members under the locks of all their shards, with one clock, their effects as one group.
    private void RunGroup(ref int at, ShardId shard, ReadOnlySpan<byte> batch, ref long now, ref ShardView? view)
    {
        BatchItem group = _reader[at];
        ArgList words = _reader.Args(group, batch);
        int end = (int)Math.Min(_reader.Count, at + 1L + Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(words[0])));
        GroupScope scope = runner.NewGroup(_locks);
        for (int i = 1; i + 1 < words.Count; i += 2) scope.Watch(words[i]);
        for (int member = at + 1; member < end; member++)
        {
            BatchItem item = _reader[member];
            if (item.Index < BatchFormat.Version) scope.Add(DataCommand.Of(item.Index), _reader.Args(item, batch));
        }

        var members = new Group(this, group, at + 1, end, shard, batch, now, view);
        string? refusal = null;
        bool isUnchanged = scope.Run(ref members, ref refusal);
        now = members.NowMs;
        view = members.View;
        if (!isUnchanged || refusal is not null)
        {
            if (refusal is null) _output.Integer(0);
            else _output.Error(refusal);
            _reply.End(at);
            for (int none = at + 1; none < end; none++)
            {
                _reply.End(none);
                _timer.Ended(none, _reply); // the time that the group waited for its locks is not the next command's
            }
        }

        at = end;
    }

    // The items of a batch that run as one, and the keys whose change forbids it.
    private ref struct Group(
        BatchRunner owner, BatchItem group, int first, int end, ShardId shard, ReadOnlySpan<byte> batch, long nowMs, ShardView? view)
            : ICommandGroup
    {
        private readonly ReadOnlySpan<byte> _batch = batch;

        public long NowMs { get; private set; } = nowMs;

        public ShardView? View = view;

        public bool IsUnchanged(long now)
        {
            NowMs = now;
            return owner.AreUnchanged(owner._reader.Args(group, _batch), now);
        }

        public void Run(long now)
        {
            owner._output.Integer(Math.Max(1, now));
            owner._reply.End(first - 1);
            for (int at = first; at < end; at++)
            {
                BatchItem item = owner._reader[at];
                if (item.Index < BatchFormat.Version) owner.RunMember(item, shard, _batch, now, ref View);
                owner._reply.End(at);
                owner._timer.Ended(at, owner._reply);
            }
        }
    }

    private void RunMember(in BatchItem item, ShardId shard, ReadOnlySpan<byte> batch, long now, ref ShardView? view)
    {
        DataCommand command = DataCommand.Of(item.Index);
        int before = _output.Length;
        if (!HasItsWords(item, command)) return;
        HasWritten |= command.IsWrite;
        try
        {
            CommandContext context = ContextFor(item, command, shard, batch, now, ref view);
            runner.RunHeld(command, ref context);
            if (_output.Length > MaxReplyBytes) throw new ReplyTooLongException();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Failed(command, before, failure);
        }
    }

    // One client's mistake is its own error, and not that of the others in the batch.
    private bool HasItsWords(in BatchItem item, DataCommand command)
    {
        if ((item.Flags & BatchReader.WrongArityFlag) == 0) return true;
        _output.Error($"ERR wrong number of arguments for '{command.Spec.Name}' command");
        return false;
    }

    private bool AreUnchanged(in ArgList words, long now)
    {
        for (int i = 1; i + 1 < words.Count; i += 2)
        {
            KeyRef key = KeyRef.Of(words[i], _store.HashSeed);
            if (!_store.ShardOf(key).HasVersion(key, LogPosition.Read(words[i + 1]), now)) return false;
        }

        return true;
    }

    private void Version(in BatchItem item, ReadOnlySpan<byte> batch, ref long now, ref ShardCell? held)
    {
        Leave(ref held);
        KeyRef key = KeyRef.Of(_reader.Args(item, batch)[0], _store.HashSeed);
        held = _store.Enter(key, ref now);
        Span<byte> version = stackalloc byte[LogPosition.SizeBytes];
        held.Shard.WatchVersionOf(key, now).Write(version);
        _output.Bulk(version);
    }

    private CommandContext ContextFor(
        in BatchItem item, DataCommand command, ShardId shard, ReadOnlySpan<byte> batch, long now, ref ShardView? view)
    {
        _output.Protocol = (item.Flags & BatchFormat.Resp3Flag) != 0 ? 3 : 2;
        return new CommandContext
        {
            Args = _reader.Args(item, batch),
            Reply = _output,
            Store = command.FirstKey > 0 ? _store : view ??= new ShardView(_store, _store.Cells[shard.Value]),
            NowMs = now,
            NoTouch = (item.Flags & BatchFormat.NoTouchFlag) != 0,
            Notifier = Notifier,
        };
    }

    private void LookAhead(ReadOnlySpan<byte> batch)
    {
        int count = _reader.Count;
        if (_keys.Length < count)
        {
            _keys = new KeyPlace[count * 2];
            _ahead = new KeyPlace[count * 2];
        }

        var ahead = new LookAhead(_store, count > 1 ? _ahead : default);
        for (int i = 0; i < count; i++)
        {
            ref readonly BatchItem item = ref _reader[i];
            if (item.Index >= BatchFormat.Version) continue;
            DataCommand command = DataCommand.Of(item.Index);
            if (!command.HasKeyIn(item.Words)) continue;
            ArgSlice word = _reader.Slice(item, command.FirstKey);
            _keys[i] = ahead.Add(batch.Slice(word.Start, word.Length));
        }

        ahead.Fetch();
    }

    private void Failed(DataCommand command, int before, Exception failure)
    {
        _output.Truncate(before);
        if (failure is ReplyTooLongException)
        {
            _output.Error(ReplyTooLongException.Text);
            return;
        }

        Faults?.Invoke(command.Spec.Name, failure);
        _output.Error(CommandRunner.InternalErrorIn(command.Spec.Name));
    }

    private void Leave(ref ShardCell? held)
    {
        if (held is not null) _store.Exit(held);
        held = null;
    }
}
