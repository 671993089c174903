using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Protocol.Commands;

/// <summary>What is known of an entry.</summary>
internal static class EntrySpecs
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        new()
        {
            Name = "object|encoding",
            Arity = 3,
            Flags = ReadOnly,
            Keys = new KeyWords(2, 2, 1),
            Group = "generic",
            Since = "2.2.3",
            Summary = "Inspect the internal encoding of a Redis object",
            Syntax = "key",
        },
        new()
        {
            Name = "object|freq",
            Arity = 3,
            Flags = ReadOnly,
            Keys = new KeyWords(2, 2, 1),
            Group = "generic",
            Since = "4.0.0",
            Summary = "Get the logarithmic access frequency counter of a Redis object",
            Syntax = "key",
        },
        new()
        {
            Name = "object|idletime",
            Arity = 3,
            Flags = ReadOnly,
            Keys = new KeyWords(2, 2, 1),
            Group = "generic",
            Since = "2.2.3",
            Summary = "Get the time since a Redis object was last accessed",
            Syntax = "key",
        },
        new()
        {
            Name = "object|refcount",
            Arity = 3,
            Flags = ReadOnly,
            Keys = new KeyWords(2, 2, 1),
            Group = "generic",
            Since = "2.2.3",
            Summary = "Get the number of references to the value of the key",
            Syntax = "key",
        },
        new()
        {
            Name = "object|version",
            Arity = 3,
            Flags = ReadOnly,
            Keys = new KeyWords(2, 2, 1),
            Group = "generic",
            Since = "orleanskv",
            Summary = "Get the version of the key, epoch:Lsn of the record that wrote it",
            Syntax = "key",
        },
        new()
        {
            Name = "memory|usage",
            Arity = -3,
            Flags = ReadOnly,
            Keys = new KeyWords(2, 2, 1),
            Group = "server",
            Since = "4.0.0",
            Summary = "Estimate the memory usage of a key",
            Syntax = "key [SAMPLES count]",
        },
    ];
}
