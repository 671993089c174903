using OrleansKv.Engine.Registers;

namespace OrleansKv.Silo.Registers;

/// <summary>
/// The control plane's registers: each is one value, read and changed linearizably. Any thread. Methods throw <see
/// cref="RegistersUnreachableException"/> when no majority of the acceptors answers in time.
/// </summary>
internal interface IRegisters
{
    /// <summary>This node is being stopped, with no majority of the acceptors and no other silo there: nobody is left to be told.</summary>
    bool IsLast { get; }

    /// <summary>The value as of a moment during the call; null for a register that nobody has written.</summary>
    Task<RegisterValue?> Read(string register, CancellationToken stop);

    /// <summary>
    /// Changes a register, or leaves it as it is where the change returns null (<see cref="OutcomeKind.Kept"/>). <see
    /// cref="OutcomeKind.Unknown"/>: it may have happened, and may still; <see cref="Settle"/> decides it.
    /// </summary>
    /// <param name="register">Its name.</param>
    /// <param name="change">Pure: it can be called more than once, on another thread. What it throws the call throws.</param>
    /// <param name="stop">Ends the wait, and leaves the outcome open.</param>
    Task<RegisterOutcome> Change(string register, RegisterChange change, CancellationToken stop);

    /// <summary>
    /// The value as of a moment during the call, behind which no change comes that began before it and had an unknown outcome.
    /// </summary>
    Task<RegisterValue?> Settle(string register, CancellationToken stop);
}
