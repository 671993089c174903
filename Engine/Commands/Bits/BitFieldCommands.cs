using System.Buffers;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Commands.Bits;

/// <summary>BITFIELD: integers of any width at any bit of a value.</summary>
internal static class BitFieldCommands
{
    public static readonly IReadOnlyList<CommandBinding> All =
    [
        new("bitfield", static (ref CommandContext c) => Run(ref c, readOnly: false)),
        new("bitfield_ro", static (ref CommandContext c) => Run(ref c, readOnly: true)),
    ];

    private enum Overflow
    {
        Wrap,
        Saturate,
        Fail,
    }

    private readonly record struct Operation(char Kind, bool Signed, int Bits, long Offset, long Number, Overflow Overflow);

    private static void Run(ref CommandContext context, bool readOnly)
    {
        if (!TryParse(ref context, readOnly, out List<Operation> operations)) return;
        KeyRef key = context.Key(1);
        Shard shard = context.ShardOf(key);
        bool reads = operations.TrueForAll(static o => o.Kind == 'g');
        EntryRef entry = reads ? context.Read(shard, key) : shard.Find(key, context.NowMs);
        ReadOnlySpan<byte> value = entry.IsNone ? default : shard.Table.ValueOf(entry);

        // Only the bytes that the operations touch are copied, changed and journaled.
        long lastByte = 0, firstByte = long.MaxValue;
        foreach (Operation o in operations)
        {
            if (o.Kind == 'g') continue;
            firstByte = Math.Min(firstByte, o.Offset >> 3);
            lastByte = Math.Max(lastByte, (o.Offset + o.Bits - 1) >> 3);
        }

        context.Reply.Array(operations.Count);
        if (reads)
        {
            foreach (Operation o in operations) context.Reply.Integer(Get(value, 0, o));
            return;
        }

        int length = (int)(lastByte - firstByte + 1);
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        Span<byte> window = rented.AsSpan(0, length);
        window.Clear();
        if (firstByte < value.Length) value[(int)firstByte..Math.Min(value.Length, (int)lastByte + 1)].CopyTo(window);
        // As in Redis, the value grows even if every operation then fails; nobody hears of that.
        bool grows = value.Length <= lastByte, changed = false;
        foreach (Operation o in operations)
        {
            // A GET outside of the window reads the value, one that touches it must see what was set before.
            long first = o.Offset >> 3, last = (o.Offset + o.Bits - 1) >> 3;
            bool inside = first >= firstByte && last <= lastByte;
            long before = inside ? Get(window, firstByte, o) : GetAcross(value, window, firstByte, o);
            if (o.Kind == 'g')
            {
                context.Reply.Integer(before);
                continue;
            }

            long wanted = o.Kind == 's' ? o.Number : unchecked(before + o.Number);
            if (!TryFit(o, before, ref wanted))
            {
                context.Reply.Null();
                continue;
            }

            Put(window, firstByte, o, wanted);
            changed |= grows || wanted != before;
            context.Reply.Integer(o.Kind == 's' ? before : wanted);
        }

        context.NotifyIfNew(shard, key);
        if (changed || grows) shard.Patch(key, (int)firstByte, window, context.NowMs);
        if (changed) context.Notify(KeyspaceClass.String, "setbit"u8, key);

        ArrayPool<byte>.Shared.Return(rented);
    }

    private static bool TryParse(ref CommandContext context, bool readOnly, out List<Operation> operations)
    {
        operations = [];
        Overflow overflow = Overflow.Wrap;
        for (int i = 2; i < context.Args.Count;)
        {
            int left = context.Args.Count - i - 1;
            if (context.Args.Is(i, "OVERFLOW"u8) && left >= 1)
            {
                if (context.Args.Is(i + 1, "WRAP"u8)) overflow = Overflow.Wrap;
                else if (context.Args.Is(i + 1, "SAT"u8)) overflow = Overflow.Saturate;
                else if (context.Args.Is(i + 1, "FAIL"u8)) overflow = Overflow.Fail;
                else
                {
                    context.Reply.Error("ERR Invalid OVERFLOW type specified"u8);
                    return false;
                }

                i += 2;
                continue;
            }

            char kind = context.Args.Is(i, "GET"u8) && left >= 2
                ? 'g'
                : context.Args.Is(i, "SET"u8) && left >= 3 ? 's'
                : context.Args.Is(i, "INCRBY"u8) && left >= 3 ? 'i' : '?';
            if (kind == '?')
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }

            if (!TryType(context.Args[i + 1], out bool signed, out int bits))
            {
                context.Reply.Error("ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is."u8);
                return false;
            }

            if (!BitCommands.TryOffset(ref context, context.Args[i + 2], bits, out long offset)) return false;
            long number = 0;
            if (kind != 'g' && !Number.TryInteger(context.Args[i + 3], out number))
            {
                context.Reply.Error(Errors.NotAnInteger);
                return false;
            }

            if (readOnly && kind != 'g')
            {
                context.Reply.Error("ERR BITFIELD_RO only supports the GET subcommand"u8);
                return false;
            }

            operations.Add(new Operation(kind, signed, bits, offset, number, overflow));
            i += kind == 'g' ? 3 : 4;
        }

        return true;
    }

    private static bool TryType(ReadOnlySpan<byte> word, out bool signed, out int bits)
    {
        signed = word is [(byte)'i', ..];
        bits = 0;
        if (word.IsEmpty || (!signed && word[0] != (byte)'u') || !Number.TryInteger(word[1..], out long number)) return false;
        if (number < 1 || number > (signed ? 64 : 63)) return false;
        bits = (int)number;
        return true;
    }

    private static long GetAcross(ReadOnlySpan<byte> value, ReadOnlySpan<byte> window, long firstByte, in Operation o)
    {
        Span<byte> bytes = stackalloc byte[9];
        long from = o.Offset >> 3;
        for (int i = 0; i < bytes.Length; i++)
        {
            long at = from + i;
            bytes[i] = at >= firstByte && at < firstByte + window.Length
                ? window[(int)(at - firstByte)]
                : at < value.Length ? value[(int)at] : (byte)0;
        }

        return Get(bytes, from, o);
    }

    // Bytes begin at byte number `origin` of the value; what is beyond them is zero.
    private static long Get(ReadOnlySpan<byte> bytes, long origin, in Operation o)
    {
        ulong number = 0;
        for (int i = 0; i < o.Bits; i++)
        {
            long bit = o.Offset + i;
            long at = (bit >> 3) - origin;
            int set = at < bytes.Length && (bytes[(int)at] & (0x80 >> (int)(bit & 7))) != 0 ? 1 : 0;
            number = (number << 1) | (uint)set;
        }

        if (o.Signed && o.Bits < 64 && (number >> (o.Bits - 1)) != 0) number |= ulong.MaxValue << o.Bits;
        return (long)number;
    }

    private static void Put(Span<byte> bytes, long origin, in Operation o, long number)
    {
        for (int i = 0; i < o.Bits; i++)
        {
            long bit = o.Offset + i;
            ref byte b = ref bytes[(int)((bit >> 3) - origin)];
            int mask = 0x80 >> (int)(bit & 7);
            b = (byte)((((ulong)number >> (o.Bits - 1 - i)) & 1) != 0 ? b | mask : b & ~mask);
        }
    }

    // Brings the wanted number into the field's range as OVERFLOW says; false when it must be refused.
    private static bool TryFit(in Operation o, long before, ref long wanted)
    {
        (long value, long by) = o.Kind == 's' ? (o.Number, 0L) : (before, o.Number);
        int side = o.Signed ? SideOfSigned(o.Bits, value, by) : SideOfUnsigned(o.Bits, (ulong)value, by);
        long sum = unchecked(value + by);
        if (side == 0) wanted = sum;
        else if (o.Overflow == Overflow.Fail) return false;
        else if (o.Overflow == Overflow.Wrap) wanted = Wrapped(o, sum);
        else if (o.Signed) wanted = side > 0 ? long.MaxValue >> (64 - o.Bits) : long.MinValue >> (64 - o.Bits);
        else wanted = side > 0 ? (long)((1UL << o.Bits) - 1) : 0;
        return true;
    }

    // 1: too large, -1: too small, 0: fits. The conditions are Redis', wrapping differences included (bitops.c): SET with an extreme number
    // saturates on the side that its arithmetic finds.
    private static int SideOfSigned(int bits, long value, long by)
    {
        long most = long.MaxValue >> (64 - bits), least = -most - 1;
        long roomUp = unchecked(most - value), roomDown = unchecked(least - value);
        if (value > most || (bits != 64 && by > roomUp) || (value >= 0 && by > 0 && by > roomUp)) return 1;
        return value < least || (bits != 64 && by < roomDown) || (value < 0 && by < 0 && by < roomDown) ? -1 : 0;
    }

    private static int SideOfUnsigned(int bits, ulong value, long by)
    {
        ulong most = (1UL << bits) - 1; // at most 63 bits
        if (value > most || (by > 0 && by > unchecked((long)(most - value)))) return 1;
        return by < 0 && by < unchecked(-(long)value) ? -1 : 0;
    }

    private static long Wrapped(in Operation o, long number)
    {
        if (o.Bits == 64) return number;
        return o.Signed ? number << (64 - o.Bits) >> (64 - o.Bits) : number & ((1L << o.Bits) - 1);
    }
}
