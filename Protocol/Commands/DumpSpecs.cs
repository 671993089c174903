using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Protocol.Commands;

/// <summary>A value as one payload.</summary>
internal static class DumpSpecs
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        new()
        {
            Name = "dump",
            Arity = 2,
            Flags = ReadOnly,
            Keys = KeyWords.One,
            MayTakeLong = true,
            Group = "generic",
            Since = "2.6.0",
            Summary = "Returns a serialized representation of the value stored at a key.",
            Syntax = "key",
        },
        new()
        {
            Name = "restore",
            Arity = -4,
            Flags = Write | DenyOom,
            Keys = KeyWords.One,
            MayTakeLong = true,
            Group = "generic",
            Since = "2.6.0",
            Summary = "Creates a key from the serialized representation of a value.",
            Syntax = "key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]",
        },
    ];
}
