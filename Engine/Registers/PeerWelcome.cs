namespace OrleansKv.Engine.Registers;

/// <summary>The answer to <see cref="PeerHello"/>: what a proposer has to know before it asks.</summary>
/// <param name="Acceptor">Whose folder answers.</param>
/// <param name="Set">The newest acceptor set that it knows.</param>
/// <param name="Book">Its cluster, and the nodes that it knows.</param>
public sealed record PeerWelcome(AcceptorId Acceptor, AcceptorSet Set, PeerBook Book);
