using System.Buffers;
using System.Buffers.Binary;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Commands.Keys;

/// <summary>DUMP and RESTORE, in Redis' own payload: keys travel between this store and a Redis in both directions.</summary>
internal static class DumpCommands
{
    public static readonly IReadOnlyList<CommandBinding> All =
    [
        new("dump", Dump),
        new("restore", Restore),
    ];

    private static void Dump(ref CommandContext context)
    {
        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = context.Read(shard, key);
        if (entry.IsNone) context.Reply.Null();
        else context.Reply.Bulk(RdbString.Write(shard.Table.ValueOf(entry)));
    }

    private static void Restore(ref CommandContext context)
    {
        bool replace = false, isAbsolute = false;
        long idle = -1, frequency = -1;
        for (int i = 4; i < context.Args.Count; i++)
        {
            bool hasNext = i + 1 < context.Args.Count;
            if (context.Args.Is(i, "REPLACE"u8)) replace = true;
            else if (context.Args.Is(i, "ABSTTL"u8)) isAbsolute = true;
            else if (context.Args.Is(i, "IDLETIME"u8) && hasNext && frequency < 0)
            {
                if (!Number.TryInteger(context.Args[++i], out idle))
                {
                    context.Reply.Error(Errors.NotAnInteger);
                    return;
                }

                if (idle < 0)
                {
                    context.Reply.Error("ERR Invalid IDLETIME value, must be >= 0"u8);
                    return;
                }
            }
            else if (context.Args.Is(i, "FREQ"u8) && hasNext && idle < 0)
            {
                if (!Number.TryInteger(context.Args[++i], out frequency))
                {
                    context.Reply.Error(Errors.NotAnInteger);
                    return;
                }

                if (frequency is < 0 or > 255)
                {
                    context.Reply.Error("ERR Invalid FREQ value, must be >= 0 and <= 255"u8);
                    return;
                }
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return;
            }
        }

        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        bool exists = !shard.Find(key, context.NowMs).IsNone;
        if (exists && !replace)
        {
            context.Reply.Error("BUSYKEY Target key name already exists."u8);
            return;
        }

        if (!Number.TryInteger(context.Args[2], out long ttl))
        {
            context.Reply.Error(Errors.NotAnInteger);
            return;
        }

        if (ttl < 0)
        {
            context.Reply.Error("ERR Invalid TTL value, must be >= 0"u8);
            return;
        }

        if (ttl > (isAbsolute ? KeyTable.MaxDeadlineMs : KeyTable.MaxDeadlineMs - context.NowMs))
        {
            context.Reply.Error(Errors.InvalidExpire("restore"));
            return;
        }

        if (!RdbString.IsWhole(context.Args[3]))
        {
            context.Reply.Error("ERR DUMP payload version or checksum are wrong"u8);
            return;
        }

        if (!RdbString.TryRead(context.Args[3], out byte[]? value))
        {
            context.Reply.Error("ERR Bad data format"u8);
            return;
        }

        long deadline = ttl == 0 ? 0 : isAbsolute ? ttl : context.NowMs + ttl;
        if (deadline != 0 && deadline <= context.NowMs)
        {
            if (shard.Delete(key, context.NowMs)) context.Notify(KeyspaceClass.Generic, "del"u8, key);
            context.Reply.Ok();
            return;
        }

        context.Notify(KeyspaceClass.New, "new"u8, key); // also in place of another: Redis deletes that one first
        shard.Set(key, value, deadline, context.NowMs);
        if (idle >= 0) shard.SetIdle(key, idle, context.NowMs);
        context.Notify(KeyspaceClass.Generic, "restore"u8, key);
        context.Reply.Ok();
    }
}
