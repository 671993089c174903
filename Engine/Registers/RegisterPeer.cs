namespace OrleansKv.Engine.Registers;

/// <summary>Where a node's acceptor can be reached by proposers; whether it is in the set is another matter.</summary>
/// <param name="Acceptor">The id of its folder.</param>
/// <param name="Node">The node's name, for people.</param>
/// <param name="Host">An address or a name.</param>
/// <param name="Port">The port of its acceptor.</param>
/// <param name="Life">How often its folder had been opened when it was so: of two entries the later life's is true.</param>
public sealed record RegisterPeer(AcceptorId Acceptor, string Node, string Host, int Port, ulong Life)
{
    public override string ToString() => $"{Node} at {Host}:{Port}";
}
