using System.Collections.Immutable;

namespace OrleansKv.Engine.Registers;

/// <summary>
/// Who the acceptors should be: the first node; the first three once there are three; five from five on. A node whose folder was lost has
/// another acceptor now, which takes the place of the lost one. Pure.
/// </summary>
public static class AcceptorRules
{
    /// <summary>
    /// The next step on the way there, or null when nothing is to be done or can be: one acceptor more, or one less.
    /// </summary>
    /// <param name="set">The set in force, not a joint one.</param>
    /// <param name="nodes">All nodes in the order in which they joined: the acceptor of each, and whether it runs.</param>
    public static ImmutableSortedSet<AcceptorId>? Next(AcceptorSet set, IReadOnlyList<(AcceptorId Acceptor, bool Runs)> nodes)
    {
        ImmutableSortedSet<AcceptorId> now = set.Current;
        AcceptorId[] kept = [.. nodes.Select(n => n.Acceptor).Where(now.Contains)];
        AcceptorId[] lost = [.. now.Except(kept)];
        int wanted = nodes.Count >= 5 ? 5 : nodes.Count >= 3 ? 3 : 1;
        if (kept.Length < wanted && now.Count <= wanted)
        {
            AcceptorId[] free = [.. nodes.Where(n => n.Runs && !now.Contains(n.Acceptor)).Select(n => n.Acceptor)];
            // Two acceptors need both of them: they are a step on the way to three, and no place to stay.
            int least = now.Count == 1 && lost.Length == 0 ? 2 : 1;
            if (free.Length >= least) return now.Add(free[0]);
            return now.Count == 2 && lost.Length == 0 ? now.Remove(kept[^1]) : null;
        }

        if (lost.Length > 0 && now.Count > 1) return now.Remove(lost[0]);
        return kept.Length > wanted ? now.Remove(kept[^1]) : null;
    }
}
