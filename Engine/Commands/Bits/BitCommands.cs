using System.Buffers;
using System.Numerics;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Commands.Bits;

/// <summary>Commands on values as bit maps: bit 0 is the highest of byte 0.</summary>
internal static class BitCommands
{
    public static readonly IReadOnlyList<CommandBinding> All =
    [
        new("setbit", SetBit),
        new("getbit", GetBit),
        new("bitcount", BitCount),
        new("bitpos", BitPos),
        new("bitop", BitOp),
    ];

    /// <summary>
    /// A bit offset within the longest value; writes Redis' error otherwise. With <paramref name="width"/>, <c>#n</c> means n times it.
    /// </summary>
    public static bool TryOffset(ref CommandContext context, ReadOnlySpan<byte> word, int width, out long offset)
    {
        bool isMultiple = width > 0 && word is [(byte)'#', ..];
        if (Number.TryInteger(isMultiple ? word[1..] : word, out offset) && offset >= 0 && (!isMultiple || offset <= long.MaxValue / width))
        {
            if (isMultiple) offset *= width;
            if (offset >> 3 < context.Store.MaxValueBytes) return true;
        }

        context.Reply.Error("ERR bit offset is not an integer or out of range"u8);
        return false;
    }

    private static void SetBit(ref CommandContext context)
    {
        if (!TryOffset(ref context, context.Args[2], 0, out long offset)) return;
        if (!Number.TryInteger(context.Args[3], out long bit) || bit is not (0 or 1))
        {
            context.Reply.Error("ERR bit is not an integer or out of range"u8);
            return;
        }

        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = shard.Find(key, context.NowMs);
        ReadOnlySpan<byte> value = entry.IsNone ? default : shard.Table.ValueOf(entry);
        int at = (int)(offset >> 3);
        byte before = at < value.Length ? value[at] : (byte)0;
        int mask = 0x80 >> (int)(offset & 7);
        byte after = (byte)(bit == 1 ? before | mask : before & ~mask);
        if (after != before || at >= value.Length)
        {
            // One byte goes to the journal, not the map.
            context.NotifyIfNew(shard, key);
            shard.Patch(key, at, [after], context.NowMs);
            context.Notify(KeyspaceClass.String, "setbit"u8, key);
        }

        context.Reply.Integer((before & mask) != 0 ? 1 : 0);
    }

    private static void GetBit(ref CommandContext context)
    {
        if (!TryOffset(ref context, context.Args[2], 0, out long offset)) return;
        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = context.Read(shard, key);
        ReadOnlySpan<byte> value = entry.IsNone ? default : shard.Table.ValueOf(entry);
        long at = offset >> 3;
        context.Reply.Integer(at < value.Length && (value[(int)at] & (0x80 >> (int)(offset & 7))) != 0 ? 1 : 0);
    }

    private static void BitCount(ref CommandContext context)
    {
        int words = context.Args.Count;
        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = context.Read(shard, key);
        if (entry.IsNone)
        {
            context.Reply.Integer(0); // before the other words are looked at, as in Redis
            return;
        }

        if (words is 3 or > 5)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }

        if (!BitRange.TryParse(ref context, 2, hasEnd: words > 3, hasUnit: words > 4, unitFirst: false, out BitRange range)) return;
        ReadOnlySpan<byte> value = shard.Table.ValueOf(entry);
        if (words == 2)
        {
            context.Reply.Integer(CountBits(value));
            return;
        }

        if (range.IsInverted || !range.Resolve(value.Length, out long firstBit, out long lastBit))
        {
            context.Reply.Integer(0);
            return;
        }

        int firstByte = (int)(firstBit >> 3), lastByte = (int)(lastBit >> 3);
        long count = CountBits(value.Slice(firstByte, lastByte - firstByte + 1));
        count -= BitOperations.PopCount((uint)(value[firstByte] & ~(0xFF >> (int)(firstBit & 7))));
        count -= BitOperations.PopCount((uint)(value[lastByte] & (0x7F >> (int)(lastBit & 7))));
        context.Reply.Integer(count);
    }

    private static void BitPos(ref CommandContext context)
    {
        int words = context.Args.Count;
        if (!Number.TryInteger(context.Args[2], out long bit))
        {
            context.Reply.Error(Errors.NotAnInteger);
            return;
        }

        if (bit is not (0 or 1))
        {
            context.Reply.Error("ERR The bit argument must be 1 or 0."u8);
            return;
        }

        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        EntryRef entry = context.Read(shard, key);
        if (entry.IsNone)
        {
            context.Reply.Integer(bit == 1 ? -1 : 0);
            return;
        }

        if (words > 6)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }

        bool hasEnd = words > 4;
        if (!BitRange.TryParse(ref context, 3, hasEnd, hasUnit: words > 5, unitFirst: true, out BitRange range)) return;
        ReadOnlySpan<byte> value = shard.Table.ValueOf(entry);
        if (words == 3) range = new BitRange(0, -1, false);
        if (!range.Resolve(value.Length, out long first, out long last))
        {
            context.Reply.Integer(-1);
            return;
        }

        long found = FindBit(value, first, last, bit == 1);
        // Without an end the value counts as followed by zeros.
        if (found < 0 && bit == 0 && !hasEnd) found = (long)value.Length * 8;
        context.Reply.Integer(found);
    }

    private static void BitOp(ref CommandContext context)
    {
        bool isNot = context.Args.Is(1, "NOT"u8);
        bool isAnd = context.Args.Is(1, "AND"u8), isOr = context.Args.Is(1, "OR"u8), isXor = context.Args.Is(1, "XOR"u8);
        if (!isNot && !isAnd && !isOr && !isXor)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }

        if (isNot && context.Args.Count != 4)
        {
            context.Reply.Error("ERR BITOP NOT must be called with a single source key."u8);
            return;
        }

        int longest = 0;
        for (int i = 3; i < context.Args.Count; i++) longest = Math.Max(longest, ValueOf(ref context, i, counts: true).Length);
        KeyRef target = context.Key(2);
        Shard shard = context.ShardOf(target);
        if (longest == 0)
        {
            if (shard.Delete(target, context.NowMs)) context.Notify(KeyspaceClass.Generic, "del"u8, target);
            context.Reply.Integer(0);
            return;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(longest);
        Span<byte> result = rented.AsSpan(0, longest);
        result.Clear();
        ValueOf(ref context, 3, counts: false).CopyTo(result);
        if (isNot)
        {
            for (int b = 0; b < result.Length; b++) result[b] = (byte)~result[b];
        }

        for (int i = 4; i < context.Args.Count; i++)
        {
            ReadOnlySpan<byte> other = ValueOf(ref context, i, counts: false);
            for (int b = 0; b < result.Length; b++)
            {
                byte o = b < other.Length ? other[b] : (byte)0;
                result[b] = (byte)(isAnd ? result[b] & o : isOr ? result[b] | o : result[b] ^ o);
            }
        }

        context.NotifyIfNew(shard, target);
        shard.Set(target, result, 0, context.NowMs);
        ArrayPool<byte>.Shared.Return(rented);
        context.Notify(KeyspaceClass.String, "set"u8, target);
        context.Reply.Integer(longest);
    }

    private static ReadOnlySpan<byte> ValueOf(ref CommandContext context, int index, bool counts)
    {
        KeyRef key = context.Key(index);
        Shard shard = context.ShardOf(key);
        EntryRef entry = counts ? context.Read(shard, key) : shard.Find(key, context.NowMs);
        return entry.IsNone ? default : shard.Table.ValueOf(entry);
    }

    private static long CountBits(ReadOnlySpan<byte> bytes)
    {
        long count = 0;
        ReadOnlySpan<ulong> words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) count += BitOperations.PopCount(word);
        foreach (byte b in bytes[(words.Length * 8)..]) count += BitOperations.PopCount(b);
        return count;
    }

    private static long FindBit(ReadOnlySpan<byte> value, long first, long last, bool set)
    {
        byte skip = set ? (byte)0 : (byte)0xFF;
        for (long bit = first; bit <= last;)
        {
            int at = (int)(bit >> 3);
            if ((bit & 7) == 0 && value[at] == skip)
            {
                int run = value[at..].IndexOfAnyExcept(skip);
                if (run < 0) return -1;
                bit += Math.Max(run, 1) * 8L;
                continue;
            }

            if ((value[at] & (0x80 >> (int)(bit & 7))) != 0 == set) return bit;
            bit++;
        }

        return -1;
    }
}
