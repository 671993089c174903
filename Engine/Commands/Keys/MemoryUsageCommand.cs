using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Commands.Keys;

/// <summary>MEMORY USAGE: the one subcommand of MEMORY that has a key, and so runs where the key is.</summary>
internal static class MemoryUsageCommand
{
    /// <summary>Measured share of an entry in its slot's index, bytes (docs/adr/0002).</summary>
    private const int IndexBytes = 9;

    public static readonly IReadOnlyList<CommandBinding> All =
    [
        new("memory|usage", Run),
    ];

    // SAMPLES is for nested values, of which there are none: read and left.
    private static void Run(ref CommandContext context)
    {
        for (int i = 3; i < context.Args.Count; i += 2)
        {
            if (!context.Args.Is(i, "SAMPLES"u8) || i + 1 == context.Args.Count)
            {
                context.Reply.Error(Errors.Syntax);
                return;
            }

            if (!Text.Number.TryInteger(context.Args[i + 1], out long samples))
            {
                context.Reply.Error(Errors.NotAnInteger);
                return;
            }

            if (samples < 0)
            {
                context.Reply.Error(Errors.Syntax);
                return;
            }
        }

        KeyRef key = context.Key(2);
        Shard shard = context.ShardOf(key);
        EntryRef entry = shard.Find(key, context.NowMs); // no use of the key, and neither hit nor miss
        if (entry.IsNone) context.Reply.Null();
        else context.Reply.Integer(shard.Table.BytesOf(entry) + IndexBytes);
    }
}
