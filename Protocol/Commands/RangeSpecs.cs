using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Protocol.Commands;

/// <summary>Parts of values.</summary>
internal static class RangeSpecs
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        new()
        {
            Name = "append",
            Arity = 3,
            Flags = Write | DenyOom | Fast,
            Keys = KeyWords.One,
            Group = "string",
            Since = "2.0.0",
            Summary = "Appends a string to the value of a key. Creates the key if it doesn't exist.",
            Syntax = "key value",
        },
        new()
        {
            Name = "getrange",
            Arity = 4,
            Flags = ReadOnly,
            Keys = KeyWords.One,
            Group = "string",
            Since = "2.4.0",
            Summary = "Returns a substring of the string stored at a key.",
            Syntax = "key start end",
        },
        new()
        {
            Name = "substr",
            Arity = 4,
            Flags = ReadOnly,
            Keys = KeyWords.One,
            Group = "string",
            Since = "1.0.0",
            Summary = "Returns a substring from a string value.",
            Syntax = "key start end",
        },
        new()
        {
            Name = "setrange",
            Arity = 4,
            Flags = Write | DenyOom,
            Keys = KeyWords.One,
            Group = "string",
            Since = "2.2.0",
            Summary = "Overwrites a part of a string value with another by an offset. Creates the key if it doesn't exist.",
            Syntax = "key offset value",
        },
    ];
}
