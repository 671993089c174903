namespace OrleansKv.Engine.Registers;

/// <summary>How an operation on a register has ended.</summary>
public enum OutcomeKind
{
    /// <summary>The register has the new value.</summary>
    Changed,

    /// <summary>The value was read; a change declined it, or none was asked for.</summary>
    Kept,

    /// <summary>No quorum has answered in time. Nothing has changed, nor will it.</summary>
    Unreachable,

    /// <summary>Whether the change has happened, or still will, is not known: read again before anything is decided.</summary>
    Unknown,
}
