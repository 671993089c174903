using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Protocol.Commands;

/// <summary>All keys of a node, or of the cluster.</summary>
internal static class KeyspaceSpecs
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        new()
        {
            Name = "dbsize",
            Arity = 1,
            Flags = ReadOnly | Fast,
            Merge = ReplyMerge.Sum,
            Group = "server",
            Since = "1.0.0",
            Summary = "Returns the number of keys in the database.",
        },
        new()
        {
            Name = "keys",
            Arity = 2,
            Flags = ReadOnly,
            Merge = ReplyMerge.Concat,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Returns all key names that match a pattern.",
            Syntax = "pattern",
        },
        new()
        {
            Name = "scan",
            Arity = -2,
            Flags = ReadOnly,
            Group = "generic",
            Since = "2.8.0",
            Summary = "Iterates over the key names in the database.",
            Syntax = "cursor [MATCH pattern] [COUNT count] [TYPE type]",
        },
        new()
        {
            Name = "randomkey",
            Arity = 1,
            Flags = ReadOnly,
            Merge = ReplyMerge.Any,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Returns a random key name from the database.",
        },
        new()
        {
            Name = "flushdb",
            Arity = -1,
            Flags = Write,
            Merge = ReplyMerge.AllOk,
            Group = "server",
            Since = "1.0.0",
            Summary = "Remove all keys from the current database.",
            Syntax = "[ASYNC | SYNC]",
        },
        new()
        {
            Name = "flushall",
            Arity = -1,
            Flags = Write,
            Merge = ReplyMerge.AllOk,
            Group = "server",
            Since = "1.0.0",
            Summary = "Removes all keys from all databases.",
            Syntax = "[ASYNC | SYNC]",
        },
    ];
}
