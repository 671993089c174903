namespace OrleansKv.Engine.Registers;

/// <summary>Steps of a change of the acceptors.</summary>
public enum AcceptorSetStep
{
    /// <summary>The joint set is being chosen.</summary>
    Joining,

    /// <summary>A quorum is being brought to refuse the old set.</summary>
    Fencing,

    /// <summary>All registers are being accepted by the new acceptors, too.</summary>
    Rewriting,

    /// <summary>The new set is being chosen.</summary>
    Completing,

    /// <summary>The new set is in force, and a quorum of it is being told so.</summary>
    Announcing,

    /// <summary>The new set is in force.</summary>
    Done,

    /// <summary>It did not get through in time, or another's change is under way; look at the set and begin again.</summary>
    Failed,
}
