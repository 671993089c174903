namespace OrleansKv.Simulation.Registers;

/// <summary>Errors of what is around the core, for the simulator to find.</summary>
internal enum HostMutation
{
    None,

    /// <summary>An acceptor answers before its file is flushed.</summary>
    BallotNotFlushed,

    /// <summary>A process that starts again counts its ballots from the beginning, under the name that it had.</summary>
    BallotsUsedAgain,

    /// <summary>A folder that was lost comes back as the acceptor that it was.</summary>
    LostFolderIsTheSameAcceptor,
}
