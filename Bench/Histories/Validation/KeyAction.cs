namespace OrleansKv.Bench.Histories.Validation;

/// <summary>What a client asks of a key.</summary>
internal enum KeyAction
{
    /// <summary>GET.</summary>
    Read,

    /// <summary>SET of a value that nobody else writes.</summary>
    Set,

    /// <summary>SET with GET: the answer is the value before.</summary>
    Swap,

    /// <summary>WATCH, GET, then SET in MULTI and EXEC: it writes where the value is still the one that was read.</summary>
    CompareAndSet,

    /// <summary>APPEND of a token that nobody else writes; the answer is the length behind it.</summary>
    Append,

    /// <summary>INCR; the answer is the number behind it.</summary>
    Increment,
}
