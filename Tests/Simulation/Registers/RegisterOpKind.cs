namespace OrleansKv.Simulation.Registers;

/// <summary>What became of an operation on a register.</summary>
internal enum RegisterOpKind
{
    /// <summary>A read, or a compare-and-swap that was declined; the answer shows the value.</summary>
    Read,

    /// <summary>A change; the answer shows the value that it has made.</summary>
    Changed,

    /// <summary>A change that may have happened, or still will.</summary>
    PerhapsChanged,
}
