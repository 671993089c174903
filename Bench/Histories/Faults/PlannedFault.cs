namespace OrleansKv.Bench.Histories.Faults;

/// <summary>A fault that is to come.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Node">To which node, from 0; of no meaning where all are hit.</param>
/// <param name="Away">Until it is started or goes on again.</param>
internal readonly record struct PlannedFault(FaultKind Kind, int Node, TimeSpan Away);
