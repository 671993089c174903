namespace OrleansKv.Engine.Registers;

/// <summary>Where an attempt stands after a reply.</summary>
internal enum AttemptResult
{
    /// <summary>More replies are needed.</summary>
    Waiting,

    /// <summary>Phase 2 begins: the new request goes to all acceptors.</summary>
    Accepting,

    /// <summary>The change is in the register.</summary>
    Changed,

    /// <summary>The value that was found is confirmed, and stays.</summary>
    Kept,

    /// <summary>A higher ballot came in between: try again with one above it.</summary>
    Outrun,

    /// <summary>
    /// The change that an earlier attempt may have made can have happened or not: others have changed the register more than once since.
    /// </summary>
    Unknown,
}
