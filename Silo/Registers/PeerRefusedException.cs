using OrleansKv.Engine.Registers;

namespace OrleansKv.Silo.Registers;

/// <summary>Another node does not take this one for one of its cluster, or not yet.</summary>
internal sealed class PeerRefusedException(PeerRefusal refusal) : IOException(refusal.Reason)
{
    /// <summary>As it is sent.</summary>
    public PeerRefusal Refusal => refusal;
}
