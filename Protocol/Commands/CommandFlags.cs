namespace OrleansKv.Protocol.Commands;

/// <summary>What a command is and needs, in Redis' own terms (COMMAND INFO shows them).</summary>
[Flags]
public enum CommandFlags
{
    None = 0,
    Write = 1 << 0,
    ReadOnly = 1 << 1,

    /// <summary>May make the map larger: refused when memory is over budget and nothing can be evicted.</summary>
    DenyOom = 1 << 2,
    Admin = 1 << 3,
    PubSub = 1 << 4,
    NoScript = 1 << 5,
    Loading = 1 << 6,
    Stale = 1 << 7,
    Fast = 1 << 8,
    NoAuth = 1 << 9,
    SkipSlowlog = 1 << 10,
    NoMulti = 1 << 11,
    Blocking = 1 << 12,
    AllowBusy = 1 << 13,

    /// <summary>Keys must be found by parsing (BITOP, LCS are not; EVAL is): COMMAND GETKEYS asks the handler.</summary>
    MovableKeys = 1 << 14,
}
