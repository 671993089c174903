using OrleansKv.Bench.Histories.Traffic;
using OrleansKv.Bench.Histories.Validation;
using OrleansKv.Simulation.Histories;

namespace OrleansKv.Bench.Tests.Histories;

/// <summary>A key's history from its operations.</summary>
internal static class KeyHistories
{
    public static KeyHistory Of(KeyKind kind, params HistoryOperation<KeyOperation>[] operations) =>
        new(new TrafficKey("key", kind, 0), operations);
}
