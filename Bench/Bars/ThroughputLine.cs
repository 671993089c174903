// Owns: one throughput line of the table. Immutable; any thread.
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Bars;

/// <param name="Limit">Ours must reach this many times Redis' requests a second.</param>
internal sealed record ThroughputLine(string Name, CommandMix Mix, int Pipeline, double Limit);
