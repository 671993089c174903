using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Protocol.Commands;

/// <summary>Keys, whatever their values are.</summary>
internal static class KeySpecs
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        new()
        {
            Name = "del",
            Arity = -2,
            Flags = Write,
            Keys = KeyWords.All,
            Merge = ReplyMerge.Sum,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Deletes one or more keys.",
            Syntax = "key [key ...]",
        },
        new()
        {
            Name = "unlink",
            Arity = -2,
            Flags = Write | Fast,
            Keys = KeyWords.All,
            Merge = ReplyMerge.Sum,
            Group = "generic",
            Since = "4.0.0",
            Summary = "Asynchronously deletes one or more keys.",
            Syntax = "key [key ...]",
        },
        new()
        {
            Name = "exists",
            Arity = -2,
            Flags = ReadOnly | Fast,
            Keys = KeyWords.All,
            Merge = ReplyMerge.Sum,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Determines whether one or more keys exist.",
            Syntax = "key [key ...]",
        },
        new()
        {
            Name = "touch",
            Arity = -2,
            Flags = ReadOnly | Fast,
            Keys = KeyWords.All,
            Merge = ReplyMerge.Sum,
            Group = "generic",
            Since = "3.2.1",
            Summary = "Returns the number of existing keys out of those specified after updating the time they were last accessed.",
            Syntax = "key [key ...]",
        },
        new()
        {
            Name = "type",
            Arity = 2,
            Flags = ReadOnly | Fast,
            Keys = KeyWords.One,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Determines the type of value stored at a key.",
            Syntax = "key",
        },
        new()
        {
            Name = "rename",
            Arity = 3,
            Flags = Write,
            Keys = new KeyWords(1, 2, 1),
            Group = "generic",
            Since = "1.0.0",
            Summary = "Renames a key and overwrites the destination.",
            Syntax = "key newkey",
        },
        new()
        {
            Name = "renamenx",
            Arity = 3,
            Flags = Write | Fast,
            Keys = new KeyWords(1, 2, 1),
            Group = "generic",
            Since = "1.0.0",
            Summary = "Renames a key only when the target key name doesn't exist.",
            Syntax = "key newkey",
        },
        new()
        {
            Name = "copy",
            Arity = -3,
            Flags = Write | DenyOom,
            Keys = new KeyWords(1, 2, 1),
            Group = "generic",
            Since = "6.2.0",
            Summary = "Copies the value of a key to a new key.",
            Syntax = "source destination [DB destination-db] [REPLACE]",
        },
    ];
}
