namespace OrleansKv.Engine.Io;

/// <summary>What came of claiming disk room.</summary>
public enum ReserveResult
{
    Reserved,

    /// <summary>The disk (or the quota) is full.</summary>
    Full,

    /// <summary>This file system cannot reserve; appends will find out.</summary>
    Unsupported,
}
