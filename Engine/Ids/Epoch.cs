namespace OrleansKv.Engine;

/// <summary>Generation of a shard's ownership: it grows each time a host takes the shard over, and never means anything else.</summary>
public readonly record struct Epoch(uint Value)
{
    public override string ToString() => Value.ToString();
}
