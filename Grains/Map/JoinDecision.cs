namespace OrleansKv.Grains.Map;

/// <summary>What <see cref="JoinRules"/> makes of a request.</summary>
/// <param name="Outcome">Whether the node joins.</param>
/// <param name="Map">The map that says so; null when the one there is needs no change.</param>
/// <param name="Problem">Why the node does not join, for an operator.</param>
internal readonly record struct JoinDecision(JoinOutcome Outcome, ClusterMap? Map, string? Problem)
{
    public static JoinDecision Joined(ClusterMap? map) => new(JoinOutcome.Joined, map, null);

    public static JoinDecision Refused(string problem) => new(JoinOutcome.Refused, null, problem);
}
