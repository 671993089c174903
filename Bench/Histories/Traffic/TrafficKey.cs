using OrleansKv.Bench.Histories.Validation;

namespace OrleansKv.Bench.Histories.Traffic;

/// <summary>A key of the traffic.</summary>
/// <param name="Name">As the server has it.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Place">Which of the keys that are used at a time it is, or was.</param>
internal sealed record TrafficKey(string Name, KeyKind Kind, int Place);
