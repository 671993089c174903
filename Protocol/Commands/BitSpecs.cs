using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Protocol.Commands;

/// <summary>Values as bits, and as fields of bits.</summary>
internal static class BitSpecs
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        new()
        {
            Name = "setbit",
            Arity = 4,
            Flags = Write | DenyOom,
            Keys = KeyWords.One,
            MayTakeLong = true,
            Group = "bitmap",
            Since = "2.2.0",
            Summary = "Sets or clears the bit at offset of the string value. Creates the key if it doesn't exist.",
            Syntax = "key offset value",
        },
        new()
        {
            Name = "getbit",
            Arity = 3,
            Flags = ReadOnly | Fast,
            Keys = KeyWords.One,
            MayTakeLong = true,
            Group = "bitmap",
            Since = "2.2.0",
            Summary = "Returns a bit value by offset.",
            Syntax = "key offset",
        },
        new()
        {
            Name = "bitcount",
            Arity = -2,
            Flags = ReadOnly,
            Keys = KeyWords.One,
            MayTakeLong = true,
            Group = "bitmap",
            Since = "2.6.0",
            Summary = "Counts the number of set bits (population counting) in a string.",
            Syntax = "key [start end [BYTE | BIT]]",
        },
        new()
        {
            Name = "bitpos",
            Arity = -3,
            Flags = ReadOnly,
            Keys = KeyWords.One,
            MayTakeLong = true,
            Group = "bitmap",
            Since = "2.8.7",
            Summary = "Finds the first set (1) or clear (0) bit in a string.",
            Syntax = "key bit [start [end [BYTE | BIT]]]",
        },
        new()
        {
            Name = "bitop",
            Arity = -4,
            Flags = Write | DenyOom,
            Keys = new KeyWords(2, -1, 1),
            Group = "bitmap",
            Since = "2.6.0",
            Summary = "Performs bitwise operations on multiple strings, and stores the result.",
            Syntax = "<AND | OR | XOR | NOT> destkey key [key ...]",
        },
        new()
        {
            Name = "bitfield",
            Arity = -2,
            Flags = Write | DenyOom,
            Keys = KeyWords.One,
            MayTakeLong = true,
            Group = "bitmap",
            Since = "3.2.0",
            Summary = "Performs arbitrary bitfield integer operations on strings.",
            Syntax = "key [<GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value | INCRBY encoding "
                + "offset increment>> ...]",
        },
        new()
        {
            Name = "bitfield_ro",
            Arity = -2,
            Flags = ReadOnly | Fast,
            Keys = KeyWords.One,
            MayTakeLong = true,
            Group = "bitmap",
            Since = "6.0.0",
            Summary = "Performs arbitrary read-only bitfield integer operations on strings.",
            Syntax = "key [<GET encoding offset> ...]",
        },
    ];
}
