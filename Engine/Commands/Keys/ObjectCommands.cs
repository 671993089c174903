using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Commands.Keys;

/// <summary>The subcommands of OBJECT that have a key, and so run where the key is.</summary>
internal static class ObjectCommands
{
    /// <summary>Redis embeds strings up to this many bytes; clients' tests look at the name.</summary>
    private const int MaxEmbedded = 44;

    public static readonly IReadOnlyList<CommandBinding> All =
    [
        new("object|encoding", Encoding),
        new("object|freq", Freq),
        new("object|idletime", IdleTime),
        new("object|refcount", RefCount),
        new("object|version", Version),
    ];

    private static void Encoding(ref CommandContext context)
    {
        if (TryFind(ref context, out Shard shard, out EntryRef entry)) context.Reply.Bulk(EncodingOf(shard.Table.ValueOf(entry)));
    }

    private static void Freq(ref CommandContext context)
    {
        if (TryFind(ref context, out _, out _))
        {
            context.Reply.Error("ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when "u8
                + "switching between policies at runtime LRU and LFU data will take some time to adjust."u8);
        }
    }

    private static void IdleTime(ref CommandContext context)
    {
        if (TryFind(ref context, out Shard shard, out EntryRef entry))
            context.Reply.Integer(IdleSeconds(shard.Table.AccessClockOf(entry), context.NowMs));
    }

    private static void RefCount(ref CommandContext context)
    {
        if (TryFind(ref context, out Shard shard, out EntryRef entry)) context.Reply.Integer(RefCountOf(shard.Table.ValueOf(entry)));
    }

    private static void Version(ref CommandContext context)
    {
        if (TryFind(ref context, out Shard shard, out EntryRef entry)) context.Reply.Bulk(shard.VersionOf(entry).ToString());
    }

    // No use of the key; a key that is not there is answered here.
    private static bool TryFind(ref CommandContext context, out Shard shard, out EntryRef entry)
    {
        KeyRef key = context.Key(2);
        shard = context.ShardOf(key);
        entry = shard.Read(key, context.NowMs, touch: false);
        if (entry.IsNone) context.Reply.Null();
        return !entry.IsNone;
    }

    private static ReadOnlySpan<byte> EncodingOf(ReadOnlySpan<byte> value)
    {
        if (value.Length <= 20 && Number.TryInteger(value, out _)) return "int"u8;
        return value.Length <= MaxEmbedded ? "embstr"u8 : "raw"u8;
    }

    // Redis shares the objects of 0 to 9999 and shows the largest count for them.
    private static long RefCountOf(ReadOnlySpan<byte> value) =>
        value.Length <= 4 && Number.TryInteger(value, out long number) && number is >= 0 and < 10_000 ? int.MaxValue : 1;

    // The clock has 24 bits of seconds: 194 days, then it wraps.
    private static long IdleSeconds(uint accessClock, long nowMs) => ((nowMs / 1000) - accessClock) & 0xFFFFFF;
}
