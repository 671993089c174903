namespace OrleansKv.Engine.Registers;

/// <summary>One life of one process that changes registers.</summary>
/// <param name="Folder">The acceptor folder that the process has opened, whether or not it is one of the acceptors.</param>
/// <param name="Life">How often that folder had been opened then; it is on the disk before the first ballot is used.</param>
public readonly record struct ProposerId(AcceptorId Folder, ulong Life) : IComparable<ProposerId>
{
    public int CompareTo(ProposerId other)
    {
        int byFolder = Folder.CompareTo(other.Folder);
        return byFolder != 0 ? byFolder : Life.CompareTo(other.Life);
    }

    public override string ToString() => $"{Folder}/{Life}";
}
