namespace OrleansKv.Bench.Histories.Faults;

/// <summary>A fault that has happened; times since the traffic began.</summary>
/// <param name="Kind">What.</param>
/// <param name="Node">The node's id, or "all".</param>
/// <param name="Began">When the signal was sent.</param>
/// <param name="Released">When the node was started again or went on.</param>
/// <param name="Answered">When it answered PING again.</param>
internal sealed record Fault(FaultKind Kind, string Node, TimeSpan Began, TimeSpan Released, TimeSpan Answered);
