namespace OrleansKv.Protocol;

/// <summary>One of the 16384 hash slots of Redis Cluster.</summary>
public readonly record struct SlotId(ushort Value)
{
    /// <summary>Number of slots; fixed by the Redis Cluster specification.</summary>
    public const int Count = 16384;

    public override string ToString() => Value.ToString();
}
