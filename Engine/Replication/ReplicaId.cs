namespace OrleansKv.Engine.Replication;

/// <summary>A node as the replicas of a shard know it.</summary>
public readonly record struct ReplicaId(int Value) : IComparable<ReplicaId>
{
    public int CompareTo(ReplicaId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
