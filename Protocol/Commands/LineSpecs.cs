using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Protocol.Commands;

/// <summary>The plain words of the line protocol.</summary>
internal static class LineSpecs
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        new()
        {
            Name = "put",
            Arity = -3,
            Flags = Write | DenyOom,
            Keys = KeyWords.One,
            Group = "orleanskv",
            Since = "orleanskv",
            Summary = "Sets a key, for ever or for some seconds.",
            Syntax = "key value [ttl-seconds]",
        },
        new()
        {
            Name = "delete",
            Arity = -2,
            Flags = Write,
            Keys = KeyWords.All,
            Merge = ReplyMerge.Sum,
            Group = "orleanskv",
            Since = "orleanskv",
            Summary = "Deletes one or more keys; the same as DEL.",
            Syntax = "key [key ...]",
        },
        new()
        {
            Name = "contains",
            Arity = -2,
            Flags = ReadOnly | Fast,
            Keys = KeyWords.All,
            Merge = ReplyMerge.Sum,
            Group = "orleanskv",
            Since = "orleanskv",
            Summary = "Counts how many of the keys exist; the same as EXISTS.",
            Syntax = "key [key ...]",
        },
    ];
}
