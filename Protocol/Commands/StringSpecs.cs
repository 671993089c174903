using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Protocol.Commands;

/// <summary>GET, SET and their family.</summary>
internal static class StringSpecs
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        new()
        {
            Name = "get",
            Arity = 2,
            Flags = ReadOnly | Fast,
            Keys = KeyWords.One,
            Group = "string",
            Since = "1.0.0",
            Summary = "Returns the string value of a key.",
            Syntax = "key",
        },
        new()
        {
            Name = "set",
            Arity = -3,
            Flags = Write | DenyOom,
            Keys = KeyWords.One,
            Group = "string",
            Since = "1.0.0",
            Summary = "Sets the string value of a key, ignoring its type. The key is created if it doesn't exist.",
            Syntax = "key value [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT "
                + "unix-time-milliseconds | KEEPTTL]",
        },
        new()
        {
            Name = "setnx",
            Arity = 3,
            Flags = Write | DenyOom | Fast,
            Keys = KeyWords.One,
            Group = "string",
            Since = "1.0.0",
            Summary = "Set the string value of a key only when the key doesn't exist.",
            Syntax = "key value",
        },
        new()
        {
            Name = "setex",
            Arity = 4,
            Flags = Write | DenyOom,
            Keys = KeyWords.One,
            Group = "string",
            Since = "2.0.0",
            Summary = "Sets the string value and expiration time of a key. Creates the key if it doesn't exist.",
            Syntax = "key seconds value",
        },
        new()
        {
            Name = "psetex",
            Arity = 4,
            Flags = Write | DenyOom,
            Keys = KeyWords.One,
            Group = "string",
            Since = "2.6.0",
            Summary = "Sets both string value and expiration time in milliseconds of a key. The key is created if it doesn't exist.",
            Syntax = "key milliseconds value",
        },
        new()
        {
            Name = "getset",
            Arity = 3,
            Flags = Write | DenyOom | Fast,
            Keys = KeyWords.One,
            Group = "string",
            Since = "1.0.0",
            Summary = "Returns the previous string value of a key after setting it to a new value.",
            Syntax = "key value",
        },
        new()
        {
            Name = "getdel",
            Arity = 2,
            Flags = Write | Fast,
            Keys = KeyWords.One,
            Group = "string",
            Since = "6.2.0",
            Summary = "Returns the string value of a key after deleting the key.",
            Syntax = "key",
        },
        new()
        {
            Name = "getex",
            Arity = -2,
            Flags = Write | Fast,
            Keys = KeyWords.One,
            Group = "string",
            Since = "6.2.0",
            Summary = "Returns the string value of a key after setting its expiration time.",
            Syntax = "key [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | PERSIST]",
        },
        new()
        {
            Name = "mget",
            Arity = -2,
            Flags = ReadOnly | Fast,
            Keys = KeyWords.All,
            Merge = ReplyMerge.Elements,
            Group = "string",
            Since = "1.0.0",
            Summary = "Atomically returns the string values of one or more keys.",
            Syntax = "key [key ...]",
        },
        new()
        {
            Name = "mset",
            Arity = -3,
            Flags = Write | DenyOom,
            Keys = KeyWords.Pairs,
            Merge = ReplyMerge.AllOk,
            Group = "string",
            Since = "1.0.1",
            Summary = "Atomically creates or modifies the string values of one or more keys.",
            Syntax = "key value [key value ...]",
        },
        new()
        {
            Name = "msetnx",
            Arity = -3,
            Flags = Write | DenyOom,
            Keys = KeyWords.Pairs,
            Group = "string",
            Since = "1.0.1",
            Summary = "Atomically modifies the string values of one or more keys only when all keys don't exist.",
            Syntax = "key value [key value ...]",
        },
        new()
        {
            Name = "strlen",
            Arity = 2,
            Flags = ReadOnly | Fast,
            Keys = KeyWords.One,
            Group = "string",
            Since = "2.2.0",
            Summary = "Returns the length of a string value.",
            Syntax = "key",
        },
    ];
}
