namespace OrleansKv.Simulation.Histories;

/// <summary>What a check of a history has found.</summary>
public enum Verdict
{
    /// <summary>There is an order in which each operation takes effect between its call and its return.</summary>
    Linearizable,

    /// <summary>There is none.</summary>
    NotLinearizable,

    /// <summary>The bound on steps was reached first: nothing is known.</summary>
    Undecided,
}
