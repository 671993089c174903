using System.Globalization;
using OrleansKv.Bench.Histories.Validation;
using OrleansKv.Simulation.Histories;

namespace OrleansKv.Bench.Tests.Histories;

/// <summary>Operations of a history at whole seconds.</summary>
internal static class HistoryBuilder
{
    public static HistoryOperation<KeyOperation> Read(int called, int returned, string? seen) =>
        At(called, returned, new KeyOperation(KeyAction.Read, null, seen));

    public static HistoryOperation<KeyOperation> Set(int called, int returned, string value) =>
        At(called, returned, new KeyOperation(KeyAction.Set, value, null));

    public static HistoryOperation<KeyOperation> Swap(int called, int returned, string value, string? before) =>
        At(called, returned, new KeyOperation(KeyAction.Swap, value, before));

    public static HistoryOperation<KeyOperation> CompareAndSet(int called, int returned, string value, string? over) =>
        At(called, returned, new KeyOperation(KeyAction.CompareAndSet, value, over));

    public static HistoryOperation<KeyOperation> Append(int called, int returned, string token, int length) =>
        At(called, returned, new KeyOperation(KeyAction.Append, token, Text(length)));

    public static HistoryOperation<KeyOperation> Increment(int called, int returned, long number) =>
        At(called, returned, new KeyOperation(KeyAction.Increment, Text(called), Text(number)));

    /// <summary>One whose outcome its client was never told.</summary>
    public static HistoryOperation<KeyOperation> Unknown(int called, KeyAction action, string written, string? over = null) => new(
        called, TimeSpan.FromSeconds(called), TimeSpan.MaxValue, new KeyOperation(action, written, over, IsKnown: false));

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static HistoryOperation<KeyOperation> At(int called, int returned, KeyOperation operation) =>
        new(called, TimeSpan.FromSeconds(called), TimeSpan.FromSeconds(returned), operation);
}
