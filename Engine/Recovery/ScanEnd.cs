namespace OrleansKv.Engine.Recovery;

/// <summary>How the scan of a segment ended.</summary>
/// <param name="Stop">Why.</param>
/// <param name="WholeBytes">Bytes of the file up to the end of the last record, or whole group, that can be kept.</param>
/// <param name="ProblemAt">Byte of the file at which the problem stands.</param>
/// <param name="Problem">What is wrong there; null at <see cref="ScanStop.EndOfFile"/>.</param>
/// <param name="Records">Whole records read, members of an unfinished group included.</param>
internal readonly record struct ScanEnd(ScanStop Stop, long WholeBytes, long ProblemAt, string? Problem, long Records);
