namespace OrleansKv.Engine.Registers;

/// <summary>
/// Errors that are put into the core on purpose: the simulator has to find each, or it proves nothing. <see cref="None"/> outside of it.
/// </summary>
internal enum RegisterMutation
{
    /// <summary>The core as it is.</summary>
    None,

    /// <summary>A read believes the first acceptor that answers.</summary>
    ReadOfOneAcceptor,

    /// <summary>A read that found acceptors that differ tells the newest value without finishing it.</summary>
    ReadOfUnfinishedValue,

    /// <summary>An attempt forgets what an earlier one of the same operation has proposed, and changes again.</summary>
    ChangeAppliedTwice,

    /// <summary>Phase 2 takes the change of the first value that was found, not of the one with the highest ballot.</summary>
    FirstValueInsteadOfHighest,

    /// <summary>A change of the acceptors does not wait until the old set is refused.</summary>
    NoFence,

    /// <summary>A change of the acceptors does not bring the registers to the new ones.</summary>
    NoRewrite,
}
