// Owns: the result of the idle scenario; its JSON is this record. Immutable; any thread.
namespace OrleansKv.Bench.Load;

internal sealed record IdleReport(
    string Address, int Connections, double OpenSeconds, double HeldSeconds, int Answered, long? RssBytesBefore, long? RssBytesAfter);
