using System.Collections.Immutable;

namespace OrleansKv.Engine.Registers;

/// <summary>
/// Who the acceptors are. A change of it goes through a joint set, in which both majorities are asked (ADR 10): a set and its successor
/// always share an acceptor in their quorums, a set and its successor's successor need not. Immutable.
/// </summary>
/// <param name="Version">+1 a change; an acceptor refuses requests of a lower one than it knows.</param>
/// <param name="Current">The acceptors, or in a joint set those of before the change.</param>
/// <param name="Next">In a joint set those of after the change; empty otherwise.</param>
public sealed record AcceptorSet(long Version, ImmutableSortedSet<AcceptorId> Current, ImmutableSortedSet<AcceptorId> Next)
{
    /// <summary>What an acceptor knows that has not been asked yet.</summary>
    public static AcceptorSet None { get; } = new(0, [], []);

    public bool IsJoint => Next.Count > 0;

    /// <summary>Everybody who is asked.</summary>
    public ImmutableSortedSet<AcceptorId> All => Current.Union(Next);

    /// <summary>The first set of a cluster.</summary>
    public static AcceptorSet First(params IEnumerable<AcceptorId> acceptors) => new(1, [.. acceptors], []);

    /// <summary>Whether those who answered are a majority, in a joint set of both halves.</summary>
    public bool IsQuorum(IReadOnlySet<AcceptorId> answered) => IsMajority(Current, answered) && (!IsJoint || IsMajority(Next, answered));

    /// <summary>Whether these are the acceptors but for one that comes or goes.</summary>
    public bool IsStepTo(ImmutableSortedSet<AcceptorId> next) => !next.IsEmpty && Current.SymmetricExcept(next).Count == 1;

    /// <summary>
    /// First step of a change. Only one acceptor may come or go at a time; throws <see cref="ArgumentException"/> otherwise.
    /// </summary>
    public AcceptorSet JointWith(ImmutableSortedSet<AcceptorId> next)
    {
        if (IsJoint) throw new InvalidOperationException("a change of the acceptors is under way");
        if (!IsStepTo(next)) throw new ArgumentException("one acceptor comes or goes at a time", nameof(next));
        return new AcceptorSet(Version + 1, Current, next);
    }

    /// <summary>Last step of a change: the new acceptors alone.</summary>
    public AcceptorSet Completed() =>
        IsJoint ? new AcceptorSet(Version + 1, Next, []) : throw new InvalidOperationException("no change of the acceptors is under way");

    private static bool IsMajority(ImmutableSortedSet<AcceptorId> of, IReadOnlySet<AcceptorId> answered) =>
        2 * of.Count(answered.Contains) > of.Count;
}
