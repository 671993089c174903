using OrleansKv.Bench.Histories.Validation;
using OrleansKv.Bench.Report;

namespace OrleansKv.Bench.Histories.Traffic;

/// <summary>
/// The keys that clients choose from, of all kinds in turn. A key that has been chosen often gives its place to a new one, so that no
/// history is too long to be checked. Any thread.
/// </summary>
internal sealed class TrafficKeys(int count)
{
    /// <summary>Operations a key: some hundred are checked in milliseconds, and an appended value stays below 10 KiB.</summary>
    private const int OperationsAKey = 1_000;

    private static readonly KeyKind[] Kinds = Enum.GetValues<KeyKind>();

    private readonly int[] _chosen = new int[count];

    /// <summary>One of those that are used now.</summary>
    public TrafficKey Choose(Random random)
    {
        int place = random.Next(_chosen.Length);
        int chosen = Interlocked.Increment(ref _chosen[place]) - 1;
        KeyKind kind = Kinds[place % Kinds.Length];
        string name = Numbers.Text($"{kind}:{place}:{chosen / OperationsAKey}").ToLowerInvariant();
        return new TrafficKey(name, kind, place);
    }
}
