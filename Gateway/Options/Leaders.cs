namespace OrleansKv.Gateway.Options;

/// <summary>
/// Servers of which this one follows one: nodes of one cluster, tried in this order and then from the first on again. Compared by value.
/// </summary>
/// <param name="All">None where this server leads.</param>
public sealed record Leaders(IReadOnlyList<Leader> All)
{
    /// <summary>More nodes than a cluster that can be followed has.</summary>
    public const int MaxCount = 16;

    public static readonly Leaders None = new([]);

    public Leaders(Leader one)
        : this([one])
    {
    }

    public bool IsNone => All.Count == 0;

    public bool Equals(Leaders? other) => other is not null && All.SequenceEqual(other.All);

    public override int GetHashCode() => All.Aggregate(0, HashCode.Combine);

    public override string ToString() => string.Join(',', All);
}
