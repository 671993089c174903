using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Protocol.Commands;

/// <summary>Deadlines.</summary>
internal static class ExpirySpecs
{
    public static readonly IReadOnlyList<CommandSpec> All =
    [
        new()
        {
            Name = "expire",
            Arity = -3,
            Flags = Write | Fast,
            Keys = KeyWords.One,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Sets the expiration time of a key in seconds.",
            Syntax = "key seconds [NX | XX | GT | LT]",
        },
        new()
        {
            Name = "pexpire",
            Arity = -3,
            Flags = Write | Fast,
            Keys = KeyWords.One,
            Group = "generic",
            Since = "2.6.0",
            Summary = "Sets the expiration time of a key in milliseconds.",
            Syntax = "key milliseconds [NX | XX | GT | LT]",
        },
        new()
        {
            Name = "expireat",
            Arity = -3,
            Flags = Write | Fast,
            Keys = KeyWords.One,
            Group = "generic",
            Since = "1.2.0",
            Summary = "Sets the expiration time of a key to a Unix timestamp.",
            Syntax = "key unix-time-seconds [NX | XX | GT | LT]",
        },
        new()
        {
            Name = "pexpireat",
            Arity = -3,
            Flags = Write | Fast,
            Keys = KeyWords.One,
            Group = "generic",
            Since = "2.6.0",
            Summary = "Sets the expiration time of a key to a Unix milliseconds timestamp.",
            Syntax = "key unix-time-milliseconds [NX | XX | GT | LT]",
        },
        new()
        {
            Name = "ttl",
            Arity = 2,
            Flags = ReadOnly | Fast,
            Keys = KeyWords.One,
            Group = "generic",
            Since = "1.0.0",
            Summary = "Returns the expiration time in seconds of a key.",
            Syntax = "key",
        },
        new()
        {
            Name = "pttl",
            Arity = 2,
            Flags = ReadOnly | Fast,
            Keys = KeyWords.One,
            Group = "generic",
            Since = "2.6.0",
            Summary = "Returns the expiration time in milliseconds of a key.",
            Syntax = "key",
        },
        new()
        {
            Name = "expiretime",
            Arity = 2,
            Flags = ReadOnly | Fast,
            Keys = KeyWords.One,
            Group = "generic",
            Since = "7.0.0",
            Summary = "Returns the expiration time of a key as a Unix timestamp.",
            Syntax = "key",
        },
        new()
        {
            Name = "pexpiretime",
            Arity = 2,
            Flags = ReadOnly | Fast,
            Keys = KeyWords.One,
            Group = "generic",
            Since = "7.0.0",
            Summary = "Returns the expiration time of a key as a Unix milliseconds timestamp.",
            Syntax = "key",
        },
        new()
        {
            Name = "persist",
            Arity = 2,
            Flags = Write | Fast,
            Keys = KeyWords.One,
            Group = "generic",
            Since = "2.2.0",
            Summary = "Removes the expiration time of a key.",
            Syntax = "key",
        },
    ];
}
