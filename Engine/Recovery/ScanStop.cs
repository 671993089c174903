namespace OrleansKv.Engine.Recovery;

/// <summary>Why the scan of a segment came to its end.</summary>
internal enum ScanStop
{
    /// <summary>The file ended behind a whole record.</summary>
    EndOfFile,

    /// <summary>No whole record stands there: a torn end, room that was written ahead, or damage.</summary>
    Unreadable,

    /// <summary>The file ended inside a group.</summary>
    UnfinishedGroup,

    /// <summary>A whole record stands there that cannot follow those before it: damage wherever it is.</summary>
    OutOfOrder,
}
