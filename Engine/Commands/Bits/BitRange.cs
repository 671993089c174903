using OrleansKv.Engine.Commands.Text;

namespace OrleansKv.Engine.Commands.Bits;

/// <summary>The <c>start end [BYTE | BIT]</c> of BITCOUNT and BITPOS; negative numbers count from the end.</summary>
internal readonly record struct BitRange(long Start, long End, bool InBits)
{
    /// <summary>
    /// Both ends count from the back and are the wrong way round: nothing for BITCOUNT; BITPOS brings them to 0 and looks there.
    /// </summary>
    public bool IsInverted => Start < 0 && End < 0 && Start > End;

    /// <summary>
    /// Reads the words from index <paramref name="at"/> on, as far as there are any (BITPOS looks at the unit before the end, BITCOUNT
    /// after it); writes the error and returns false when one is wrong.
    /// </summary>
    public static bool TryParse(ref CommandContext context, int at, bool hasEnd, bool hasUnit, bool unitFirst, out BitRange range)
    {
        range = new BitRange(0, -1, false);
        if (context.Args.Count <= at) return true;
        if (!Number.TryInteger(context.Args[at], out long start))
        {
            context.Reply.Error(Errors.NotAnInteger);
            return false;
        }

        long end = -1;
        bool inBits = false;
        if (unitFirst && !TryUnit(ref context, at + 2, hasUnit, out inBits)) return false;
        if (hasEnd && !Number.TryInteger(context.Args[at + 1], out end))
        {
            context.Reply.Error(Errors.NotAnInteger);
            return false;
        }

        range = new BitRange(start, end, inBits);
        // BITCOUNT is done with such a range before it looks at the unit.
        if (!unitFirst && range.IsInverted) return true;
        if (!unitFirst && !TryUnit(ref context, at + 2, hasUnit, out inBits)) return false;
        range = new BitRange(start, end, inBits);
        return true;
    }

    private static bool TryUnit(ref CommandContext context, int at, bool hasUnit, out bool inBits)
    {
        inBits = hasUnit && context.Args.Is(at, "BIT"u8);
        if (!hasUnit || inBits || context.Args.Is(at, "BYTE"u8)) return true;
        context.Reply.Error(Errors.Syntax);
        return false;
    }

    /// <summary>First and last bit for a value of so many bytes; false when the range is empty.</summary>
    public bool Resolve(long bytes, out long firstBit, out long lastBit)
    {
        long total = InBits ? bytes * 8 : bytes;
        firstBit = lastBit = 0;
        long start = Start < 0 ? Math.Max(0, Start + total) : Start;
        long end = Math.Min(End < 0 ? Math.Max(0, End + total) : End, total - 1);
        if (start > end) return false;
        firstBit = InBits ? start : start * 8;
        lastBit = InBits ? end : (end * 8) + 7;
        return true;
    }
}
