using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Protocol.Commands;

/// <summary>Values as numbers.</summary>
internal static class CounterSpecs
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        new()
        {
            Name = "incr",
            Arity = 2,
            Flags = Write | DenyOom | Fast,
            Keys = KeyWords.One,
            Group = "string",
            Since = "1.0.0",
            Summary = "Increments the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.",
            Syntax = "key",
        },
        new()
        {
            Name = "decr",
            Arity = 2,
            Flags = Write | DenyOom | Fast,
            Keys = KeyWords.One,
            Group = "string",
            Since = "1.0.0",
            Summary = "Decrements the integer value of a key by one. Uses 0 as initial value if the key doesn't exist.",
            Syntax = "key",
        },
        new()
        {
            Name = "incrby",
            Arity = 3,
            Flags = Write | DenyOom | Fast,
            Keys = KeyWords.One,
            Group = "string",
            Since = "1.0.0",
            Summary = "Increments the integer value of a key by a number. Uses 0 as initial value if the key doesn't exist.",
            Syntax = "key increment",
        },
        new()
        {
            Name = "decrby",
            Arity = 3,
            Flags = Write | DenyOom | Fast,
            Keys = KeyWords.One,
            Group = "string",
            Since = "1.0.0",
            Summary = "Decrements a number from the integer value of a key. Uses 0 as initial value if the key doesn't exist.",
            Syntax = "key decrement",
        },
        new()
        {
            Name = "incrbyfloat",
            Arity = 3,
            Flags = Write | DenyOom | Fast,
            Keys = KeyWords.One,
            Group = "string",
            Since = "2.6.0",
            Summary = "Increment the floating point value of a key by a number. Uses 0 as initial value if the key doesn't exist.",
            Syntax = "key increment",
        },
    ];
}
