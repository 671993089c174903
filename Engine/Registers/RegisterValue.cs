namespace OrleansKv.Engine.Registers;

/// <summary>
/// A register's value. Immutable: nobody changes the bytes. The ballot in which it was first proposed identifies it, also when a later
/// attempt of another proposer has finished the one that was interrupted.
/// </summary>
/// <param name="Version">+1 a change, from 1 on; what a compare-and-swap names.</param>
/// <param name="ProposedIn">The attempt whose change made it.</param>
/// <param name="Bytes">The content.</param>
public sealed record RegisterValue(long Version, Ballot ProposedIn, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Version of a register that nobody has written.</summary>
    public const long NoVersion = 0;
}
