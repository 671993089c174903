namespace OrleansKv.Grains.Node;

/// <summary>How a leader knows, behind a read, that what it has read was the newest (ADR 22).</summary>
public enum ReadLevel
{
    /// <summary>By the leases that its followers have granted it: no message a read; clocks must keep within the stated drift.</summary>
    Leader,

    /// <summary>By the answers of a quorum to a message that left after the read: a round trip a batch, and no clock.</summary>
    Quorum,
}
