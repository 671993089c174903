namespace OrleansKv.Bench.Histories.Faults;

/// <summary>A node's process has ended by itself, and was started again.</summary>
/// <param name="Node">Its id.</param>
/// <param name="At">When that was noticed, since the traffic began.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="MayBeDeclaredDead">
/// Whether the last fault of this node was a pause or a cut: when the others have declared it dead meanwhile, it must end.
/// </param>
internal sealed record NodeEnd(string Node, TimeSpan At, int ExitCode, bool MayBeDeclaredDead);
