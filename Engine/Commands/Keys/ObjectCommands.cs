using System.Text;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;
using static OrleansKv.Engine.Commands.CommandFlags;
using static OrleansKv.Engine.Commands.DataCommands;

namespace OrleansKv.Engine.Commands.Keys;

/// <summary>OBJECT.</summary>
internal static class ObjectCommands
{
    /// <summary>Redis embeds strings up to this many bytes; clients' tests look at the name.</summary>
    private const int MaxEmbedded = 44;

    /// <summary>Bytes of an unknown word that an error repeats, as in Redis.</summary>
    private const int MaxShown = 128;

    public static readonly IReadOnlyList<CommandSpec> All =
    [
        Of("object", -2, ReadOnly, 2, 2, 1, "generic", "2.2.3", "Shows how a key's value is kept.", "ENCODING key | FREQ key | IDLETIME key | REFCOUNT key | VERSION key | HELP", Run),
    ];

    private static void Run(ref CommandContext context)
    {
        if (context.Args.Is(1, "HELP"u8) && context.Args.Count == 2)
        {
            Help(ref context);
            return;
        }

        bool known = context.Args.Is(1, "HELP"u8) || context.Args.Is(1, "ENCODING"u8) || context.Args.Is(1, "REFCOUNT"u8) || context.Args.Is(1, "IDLETIME"u8)
            || context.Args.Is(1, "FREQ"u8) || context.Args.Is(1, "VERSION"u8);
        ReadOnlySpan<byte> name = context.Args[1];
        if (!known)
        {
            context.Reply.Error("ERR unknown subcommand '"u8, name[..Math.Min(name.Length, MaxShown)], "'. Try OBJECT HELP."u8);
            return;
        }

        if (context.Args.Count != 3 || context.Args.Is(1, "HELP"u8))
        {
            context.Reply.Error($"ERR wrong number of arguments for 'object|{Encoding.ASCII.GetString(name).ToLowerInvariant()}' command");
            return;
        }

        KeyRef key = context.Key(2);
        Shard shard = context.ShardOf(key);
        EntryRef entry = shard.Read(key, context.NowMs, touch: false);
        if (entry.IsNone) context.Reply.Null();
        else if (context.Args.Is(1, "ENCODING"u8)) context.Reply.Bulk(EncodingOf(shard.Table.ValueOf(entry)));
        else if (context.Args.Is(1, "REFCOUNT"u8)) context.Reply.Integer(RefCountOf(shard.Table.ValueOf(entry)));
        else if (context.Args.Is(1, "VERSION"u8)) context.Reply.Integer(shard.Table.VersionOf(entry).Value);
        else if (context.Args.Is(1, "IDLETIME"u8)) context.Reply.Integer(IdleSeconds(shard.Table.AccessClockOf(entry), context.NowMs));
        else context.Reply.Error("ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."u8);
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

    private static void Help(ref CommandContext context)
    {
        string[] lines =
        [
            "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
            "ENCODING <key>", "    Return the kind of internal representation used in order to store the value", "    associated with a <key>.",
            "FREQ <key>", "    Return the access frequency index of the <key>. The returned integer is", "    proportional to the logarithm of the recent access frequency of the key.",
            "IDLETIME <key>", "    Return the idle time of the <key>, that is the approximated number of", "    seconds elapsed since the last access to the key.",
            "REFCOUNT <key>", "    Return the number of references of the value associated with the specified", "    <key>.",
            "VERSION <key>", "    Return the version of the key: the Lsn of its last write.",
            "HELP", "    Prints this help.",
        ];
        context.Reply.Array(lines.Length);
        foreach (string line in lines) context.Reply.Simple(Encoding.ASCII.GetBytes(line));
    }
}
