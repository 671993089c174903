using System.Collections.Immutable;

namespace OrleansKv.Engine.Registers;

/// <summary>
/// Whose registers these are, and where the nodes are that may have them. Addresses are hints: a wrong one costs time, never a promise.
/// Immutable.
/// </summary>
/// <param name="Cluster">Made at random when the registers were founded; empty before the node has been told.</param>
/// <param name="Peers">By acceptor.</param>
public sealed record PeerBook(Guid Cluster, ImmutableSortedDictionary<AcceptorId, RegisterPeer> Peers)
{
    /// <summary>More than any cluster has; a book that grows beyond it takes no further entries.</summary>
    public const int MaxPeers = 1024;

    public static PeerBook Empty { get; } = new(Guid.Empty, ImmutableSortedDictionary<AcceptorId, RegisterPeer>.Empty);

    /// <summary>The book with this entry in the place of an older one; itself when it has it, or a later one, already.</summary>
    public PeerBook With(RegisterPeer peer)
    {
        bool isKnown = Peers.TryGetValue(peer.Acceptor, out RegisterPeer? known);
        if (isKnown ? known == peer || known!.Life > peer.Life : Peers.Count >= MaxPeers) return this;
        return this with { Peers = Peers.SetItem(peer.Acceptor, peer) };
    }

    /// <summary>The book with what another has, where that is not older.</summary>
    public PeerBook With(PeerBook other)
    {
        PeerBook merged = Cluster == Guid.Empty ? this with { Cluster = other.Cluster } : this;
        foreach (RegisterPeer peer in other.Peers.Values)
        {
            bool isKnown = merged.Peers.TryGetValue(peer.Acceptor, out RegisterPeer? known);
            if (!isKnown || known!.Life < peer.Life) merged = merged.With(peer);
        }

        return merged;
    }
}
