namespace OrleansKv.Simulation.Histories;

/// <summary>What one object does when its operations follow one another.</summary>
public interface ISequentialModel<TState, TOperation>
    where TState : IEquatable<TState>
{
    TState Initial { get; }

    /// <summary>
    /// Whether the operation could take effect in this state with the outcome that it had, and which state follows. One without a known
    /// outcome that would change nothing is better refused: it need not take effect at all.
    /// </summary>
    bool TryApply(TState state, TOperation operation, out TState next);
}
