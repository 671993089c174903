using System.Buffers.Text;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Commands.Counters;

/// <summary>INCR and its family. A counter is the text of its number, as in Redis; the effect carries the new value.</summary>
internal static class CounterCommands
{
    public static readonly IReadOnlyList<CommandBinding> All =
    [
        new("incr", static (ref CommandContext c) => Add(ref c, 1)),
        new("decr", static (ref CommandContext c) => Add(ref c, -1)),
        new("incrby", IncrBy),
        new("decrby", DecrBy),
        new("incrbyfloat", IncrByFloat),
    ];

    private static void IncrBy(ref CommandContext context)
    {
        if (Number.TryInteger(context.Args[2], out long by)) Add(ref context, by);
        else context.Reply.Error(Errors.NotAnInteger);
    }

    private static void DecrBy(ref CommandContext context)
    {
        if (!Number.TryInteger(context.Args[2], out long by)) context.Reply.Error(Errors.NotAnInteger);
        else if (by == long.MinValue) context.Reply.Error("ERR decrement would overflow"u8);
        else Add(ref context, -by);
    }

    private static void Add(ref CommandContext context, long by)
    {
        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = shard.Find(key, context.NowMs);
        long value = 0, deadline = 0;
        if (!entry.IsNone)
        {
            if (!Number.TryInteger(shard.Table.ValueOf(entry), out value))
            {
                context.Reply.Error(Errors.NotAnInteger);
                return;
            }

            deadline = shard.Table.DeadlineOf(entry);
        }

        if (by < 0 ? value < long.MinValue - by : value > long.MaxValue - by)
        {
            context.Reply.Error(Errors.Overflow);
            return;
        }

        value += by;
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, text, out int length);
        context.NotifyIfNew(shard, key);
        shard.Set(key, text[..length], deadline, context.NowMs);
        context.Notify(KeyspaceClass.String, "incrby"u8, key);
        context.Reply.Integer(value);
    }

    private static void IncrByFloat(ref CommandContext context)
    {
        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = shard.Find(key, context.NowMs);
        long deadline = entry.IsNone ? 0 : shard.Table.DeadlineOf(entry);
        ReadOnlySpan<byte> before = entry.IsNone ? "0"u8 : shard.Table.ValueOf(entry);
        if (!LongDouble.TryParse(before, out LongDouble value) || !LongDouble.TryParse(context.Args[2], out LongDouble by))
        {
            context.Reply.Error(Errors.NotAFloat);
            return;
        }

        if (!value.TryAdd(by, out LongDouble total))
        {
            context.Reply.Error("ERR increment would produce NaN or Infinity"u8);
            return;
        }

        string sum = total.ToString();
        byte[] text = System.Text.Encoding.ASCII.GetBytes(sum);
        context.NotifyIfNew(shard, key);
        shard.Set(key, text, deadline, context.NowMs);
        context.Notify(KeyspaceClass.String, "incrbyfloat"u8, key);
        context.Reply.Bulk(text);
    }
}
