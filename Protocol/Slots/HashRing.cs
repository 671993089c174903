namespace OrleansKv.Protocol.Slots;

/// <summary>
/// Consistent-hash ring: each member stands at 150 points, a slot belongs to the member of the first point at or behind its own. Going
/// from S to S+1 members moves about 1/(S+1) of the slots, all of them to the new one. It gives shards to nodes (a shard's number stands
/// for the slot), and slots to the shards of stores made before <see cref="SlotAssignment.Even"/>. The hash decides where data lives: it
/// must never change (format version 1).
/// </summary>
public sealed class HashRing
{
    /// <summary>
    /// Points a member: 150 keep the largest share within about 25 % of the mean, and building 1024 members takes milliseconds.
    /// </summary>
    public const int PointsPerMember = 150;

    private readonly (ulong Point, int Member)[] _points;

    public HashRing(int members)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(members, 1);
        _points = new (ulong, int)[members * PointsPerMember];
        for (int member = 0; member < members; member++)
        {
            for (int i = 0; i < PointsPerMember; i++) _points[(member * PointsPerMember) + i] = (Hash(1, member, i), member);
        }

        Array.Sort(_points);
    }

    /// <summary>The member that owns a slot.</summary>
    public int OwnerOf(SlotId slot) => _points[FirstPoint(slot)].Member;

    /// <summary>
    /// The slot's preference list: its owner, then each time who would own it if those before were not in the ring. A new member takes its
    /// place in it, and the others keep their order.
    /// </summary>
    /// <param name="slot">The slot.</param>
    /// <param name="count">Members that are wanted, at least one; a ring of fewer gives all it has.</param>
    public int[] OwnersOf(SlotId slot, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        List<int> owners = [];
        int first = FirstPoint(slot);
        for (int i = 0; i < _points.Length && owners.Count < count; i++)
        {
            int member = _points[(first + i) % _points.Length].Member;
            if (!owners.Contains(member)) owners.Add(member);
        }

        return [.. owners];
    }

    // The first point at or behind the slot's own, in a circle.
    private int FirstPoint(SlotId slot)
    {
        ulong at = Hash(2, slot.Value, 0);
        int low = 0, high = _points.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_points[middle].Point < at) low = middle + 1;
            else high = middle;
        }

        return low == _points.Length ? 0 : low;
    }

    // SplitMix64's finaliser over kind, number and index packed in 64 bits.
    private static ulong Hash(uint kind, int number, int index)
    {
        ulong x = ((ulong)kind << 56) | ((ulong)(uint)number << 24) | (uint)index;
        x += 0x9E37_79B9_7F4A_7C15;
        x = (x ^ (x >> 30)) * 0xBF58_476D_1CE4_E5B9;
        x = (x ^ (x >> 27)) * 0x94D0_49BB_1331_11EB;
        return x ^ (x >> 31);
    }
}
