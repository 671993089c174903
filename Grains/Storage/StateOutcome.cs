namespace OrleansKv.Grains.Storage;

/// <summary>What came of a read or a change of a stored state.</summary>
internal enum StateOutcome
{
    /// <summary>Done, and as safe as was asked.</summary>
    Done,

    /// <summary>The stored version is not the expected one; nothing was changed.</summary>
    Stale,

    /// <summary>The disk is full or the journal has failed; nothing was changed.</summary>
    Refused,

    /// <summary>The journal failed on the way to the disk: whether the change is there shows when the store is opened again.</summary>
    Unknown,
}
