namespace OrleansKv.Bench.Load;

/// <summary>The result of the idle scenario; its JSON is this record. Immutable; any thread.</summary>
internal sealed record IdleReport(
    string Address, int Connections, double OpenSeconds, double HeldSeconds, int Answered, long? RssBytesBefore, long? RssBytesAfter);
