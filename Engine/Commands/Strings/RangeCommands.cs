using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Commands.Strings;

/// <summary>Commands on parts of a value. They journal the part, not the whole.</summary>
internal static class RangeCommands
{
    public static readonly IReadOnlyList<CommandBinding> All =
    [
        new("append", Append),
        new("getrange", GetRange),
        new("substr", GetRange),
        new("setrange", SetRange),
    ];

    private static void Append(ref CommandContext context)
    {
        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = shard.Find(key, context.NowMs);
        ReadOnlySpan<byte> tail = context.Args[2];
        int length = entry.IsNone ? 0 : shard.Table.ValueOf(entry).Length;
        if ((long)length + tail.Length > context.Store.MaxValueBytes)
        {
            context.Reply.Error(Errors.TooLong);
            return;
        }

        context.NotifyIfNew(shard, key);
        if (entry.IsNone) shard.Set(key, tail, 0, context.NowMs);
        else shard.Patch(key, length, tail, context.NowMs);
        context.Notify(KeyspaceClass.String, "append"u8, key);
        context.Reply.Integer(length + tail.Length);
    }

    private static void GetRange(ref CommandContext context)
    {
        if (!Number.TryInteger(context.Args[2], out long start) || !Number.TryInteger(context.Args[3], out long end))
        {
            context.Reply.Error(Errors.NotAnInteger);
            return;
        }

        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = context.Read(shard, key);
        ReadOnlySpan<byte> value = entry.IsNone ? default : shard.Table.ValueOf(entry);
        if (start < 0 && end < 0 && start > end)
        {
            context.Reply.Bulk(""u8);
            return;
        }

        if (start < 0) start = Math.Max(0, start + value.Length);
        if (end < 0) end = Math.Max(0, end + value.Length);
        end = Math.Min(end, value.Length - 1);
        if (start > end || value.IsEmpty) context.Reply.Bulk(""u8);
        else context.Reply.Bulk(value.Slice((int)start, (int)(end - start + 1)));
    }

    private static void SetRange(ref CommandContext context)
    {
        if (!Number.TryInteger(context.Args[2], out long offset))
        {
            context.Reply.Error(Errors.NotAnInteger);
            return;
        }

        if (offset < 0)
        {
            context.Reply.Error("ERR offset is out of range"u8);
            return;
        }

        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = shard.Find(key, context.NowMs);
        ReadOnlySpan<byte> bytes = context.Args[3];
        int length = entry.IsNone ? 0 : shard.Table.ValueOf(entry).Length;
        if (bytes.IsEmpty)
        {
            context.Reply.Integer(length);
            return;
        }

        if (offset > context.Store.MaxValueBytes - bytes.Length)
        {
            context.Reply.Error(Errors.TooLong);
            return;
        }

        context.NotifyIfNew(shard, key);
        shard.Patch(key, (int)offset, bytes, context.NowMs);
        context.Notify(KeyspaceClass.String, "setrange"u8, key);
        context.Reply.Integer(Math.Max(length, offset + bytes.Length));
    }
}
