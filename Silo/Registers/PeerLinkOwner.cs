using OrleansKv.Engine.Registers;
using OrleansKv.Grains;

namespace OrleansKv.Silo.Registers;

/// <summary>What the ways to other nodes need of this one. The functions are called on pool threads.</summary>
/// <param name="Tls">Null for connections without.</param>
/// <param name="Hello">Says who this node is, as of now.</param>
/// <param name="Book">The nodes that it knows, as of now.</param>
/// <param name="Welcomed">Hears who answered at a peer's address, and what it knows.</param>
/// <param name="Answered">Takes an acceptor's reply.</param>
/// <param name="Failed">Hears why a connection broke, or was not made.</param>
internal sealed record PeerLinkOwner(ClusterTls? Tls, Func<PeerHello> Hello, Func<PeerBook> Book,
    Action<PeerWelcome> Welcomed, Action<RegisterReply> Answered, Action<RegisterPeer, Exception> Failed);
