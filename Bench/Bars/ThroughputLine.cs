using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Bars;

/// <summary>One throughput line of the table. Immutable; any thread.</summary>
/// <param name="Limit">Ours must reach this many times Redis' requests a second.</param>
internal sealed record ThroughputLine(string Name, CommandMix Mix, int Pipeline, double Limit);
