namespace OrleansKv.Engine.Registers;

/// <summary>The answer to a <see cref="PeerHello"/> of somebody who does not belong here, or not yet.</summary>
/// <param name="IsFinal">No later try can succeed.</param>
/// <param name="Reason">For an operator.</param>
public sealed record PeerRefusal(bool IsFinal, string Reason);
