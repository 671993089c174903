using System.Text;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Commands.Keys;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>
/// A few shards without a host: runs command handlers as a dispatcher would, and keeps what they did (effects on a replica, events).
/// One thread; nothing expires but by access.
/// </summary>
internal sealed class CommandHost : IStore, IKeyspaceNotifier, IKeyspaceListener, IDisposable
{
    private static readonly Dictionary<string, CommandSpec> Specs = DataCommands.All.ToDictionary(s => s.Name);
    private const int ShardCount = 3;
    private readonly Shard[] _shards;
    private readonly ReplyWriter _reply = new();

    /// <param name="log">Takes the effects instead of <see cref="Replica"/>.</param>
    /// <param name="hashSeed">As a restart or another node would have another.</param>
    public CommandHost(IEffectLog? log = null, ulong hashSeed = 42)
    {
        HashSeed = hashSeed;
        Replica = new EffectReplica(ShardCount, HashSeed);
        _shards = [.. Enumerable.Range(0, ShardCount)
            .Select(i => new Shard(new ShardId((ushort)i), new Epoch(1), log ?? Replica, HashSeed) { Listener = this })];
    }

    public ulong HashSeed { get; }

    public uint ScanTag => ScanCursor.TagOf(HashSeed);

    public RandomSource Random { get; } = new(42);

    public int MaxValueBytes { get; set; } = 512 << 20;

    public long NowMs { get; set; } = 1_790_000_000_000;

    public int Protocol { get; set; } = 2;

    /// <summary>What replaying the effects made.</summary>
    public EffectReplica Replica { get; }

    public IReadOnlyList<Shard> Shards => _shards;

    /// <summary>Keyspace events in order, as <c>name key</c>.</summary>
    public List<string> Events { get; } = [];

    public long Count => _shards.Sum(s => s.Table.Count);

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>One command, its words parted by blanks; its reply as Latin-1 text.</summary>
    public string Do(string line) => Encoding.Latin1.GetString(Run([.. line.Split(' ').Select(Bytes)]));

    /// <summary>One command; its reply's bytes.</summary>
    public byte[] Run(params byte[][] words)
    {
        _reply.Truncate(0);
        _reply.Protocol = Protocol;
        string name = Encoding.Latin1.GetString(words[0]).ToLowerInvariant();
        if (!Specs.ContainsKey(name) && words.Length > 1) name += "|" + Encoding.Latin1.GetString(words[1]).ToLowerInvariant();
        if (!Specs.TryGetValue(name, out CommandSpec? spec)) RefuseContainer(words);
        else if (!spec.Accepts(words.Length)) _reply.Error($"ERR wrong number of arguments for '{name}' command");
        else Run(spec, words);
        return _reply.Written.ToArray();
    }

    /// <summary>The same command again and again, as a connection without listeners runs it; no reply is kept.</summary>
    public void RunMany(string line, int times)
    {
        (byte[] bytes, ArgSlice[] slices) = Frame([.. line.Split(' ').Select(Bytes)]);
        CommandHandler run = DataCommand.Find(line[..line.IndexOf(' ')])!.Run;
        var context = new CommandContext { Args = new ArgList(bytes, slices), Reply = _reply, Store = this, NowMs = NowMs };
        for (int i = 0; i < times; i++)
        {
            _reply.Truncate(0);
            run(ref context);
        }
    }

    /// <summary>Fails unless the effects alone give the same shards.</summary>
    public void AssertReplicaIsEqual()
    {
        for (int i = 0; i < _shards.Length; i++)
        {
            Assert.Equal(_shards[i].Lsn, Replica.Shards[i].Lsn);
            Assert.Equal(EffectReplica.ContentOf(_shards[i]), EffectReplica.ContentOf(Replica.Shards[i]));
        }
    }

    public Shard ShardOf(in KeyRef key) => ShardOf(key.Slot);

    public int CountInSlot(SlotId slot) => ShardOf(slot).Table.CountInSlot(slot);

    public ulong Scan(SlotId slot, ulong position, IEntryVisitor visitor)
    {
        var found = new List<EntryRef>();
        ulong next = ShardOf(slot).Table.Scan(slot, position, found);
        foreach (EntryRef entry in found) visitor.Visit(ShardOf(slot), entry);
        return next;
    }

    public bool Clear(long nowMs)
    {
        foreach (Shard shard in _shards.Where(s => s.Table.Count > 0)) shard.Clear(nowMs);
        return true;
    }

    public void Notify(KeyspaceClass type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> key) =>
        Events.Add($"{Encoding.Latin1.GetString(name)} {Encoding.Latin1.GetString(key)}");

    public void Happened(KeyspaceEvent happened, ReadOnlySpan<byte> key) =>
        Events.Add($"{happened.ToString().ToLowerInvariant()} {Encoding.Latin1.GetString(key)}");

    public void Dispose()
    {
        foreach (Shard shard in _shards) shard.Dispose();
        Replica.Dispose();
        _reply.Dispose();
    }

    private static (byte[] Bytes, ArgSlice[] Slices) Frame(byte[][] words)
    {
        var slices = new ArgSlice[words.Length];
        for (int i = 0, at = 0; i < words.Length; at += words[i++].Length) slices[i] = new ArgSlice(at, words[i].Length);
        return ([.. words.SelectMany(w => w)], slices);
    }

    private Shard ShardOf(SlotId slot) => _shards[slot.Value % _shards.Length];

    // A front chooses among a container's subcommands, and says so when there is none of that name.
    private void RefuseContainer(byte[][] words)
    {
        string name = Encoding.Latin1.GetString(words[0]);
        if (!Specs.Keys.Any(s => s.StartsWith(name + "|", StringComparison.OrdinalIgnoreCase)))
            throw new ArgumentException($"no data command '{name}'");
        if (words.Length == 1) _reply.Error($"ERR wrong number of arguments for '{name.ToLowerInvariant()}' command");
        else _reply.Error([.. Bytes("ERR unknown subcommand '"), .. words[1], .. Bytes($"'. Try {name.ToUpperInvariant()} HELP.")]);
    }

    private void Run(CommandSpec spec, byte[][] words)
    {
        (byte[] bytes, ArgSlice[] slices) = Frame(words);
        var context = new CommandContext
        {
            Args = new ArgList(bytes, slices),
            Reply = _reply,
            Store = this,
            NowMs = NowMs,
            Notifier = this,
        };
        DataCommand.Find(spec.Name)!.Run(ref context);
    }
}
