namespace OrleansKv.Grains.Storage;

/// <summary>
/// Which writes of a grain storage are read back before they are made, so that a state that no start could read is refused.
/// </summary>
public enum StateReadBackMode
{
    /// <summary>
    /// Every write. A member that is null today, or of another derived type, may be the first that cannot be read. It costs about as much
    /// processor time as serializing the state does.
    /// </summary>
    EveryWrite,

    /// <summary>The first 16 writes of each type in this process: for large states whose members always have the same types.</summary>
    FirstWrites,

    /// <summary>None: for a serializer whose bytes are not meant to be read back here.</summary>
    Off,
}
