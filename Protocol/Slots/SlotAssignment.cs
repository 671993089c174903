namespace OrleansKv.Protocol.Slots;

/// <summary>
/// Which shard each slot goes to for a number of shards: by slot, the shard's number. It decides where data lives, so neither of the two
/// may ever change: a folder that goes from 8 to 32 shards and back must come to the map it had.
/// </summary>
public static class SlotAssignment
{
    /// <summary>
    /// The assignment of new stores. One shard has all slots; each further one takes the last slots of every shard before it, so many that
    /// all have the same number (some one more). So S+1 shards differ from S in 1/(S+1) of the slots, all of them the new shard's, no share
    /// is larger than another by more than one slot, and slots of a shard stand in runs: some 420 runs for 32 shards, where the ring has
    /// 15,900.
    /// </summary>
    public static ushort[] Even(int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        var owners = new ushort[SlotId.Count];
        var counts = new int[shards];
        counts[0] = SlotId.Count;
        for (int added = 1; added < shards; added++)
        {
            (int share, int rest) = Math.DivRem(SlotId.Count, added + 1);
            for (int slot = SlotId.Count - 1; slot >= 0; slot--)
            {
                int owner = owners[slot];
                if (owner == added || counts[owner] <= share + (owner < rest ? 1 : 0)) continue;
                counts[owner]--;
                counts[added]++;
                owners[slot] = (ushort)added;
            }
        }

        return owners;
    }

    /// <summary>
    /// The assignment of stores made before 2026-12: each slot at a random place of the ring (<see cref="HashRing"/>), so that neighbours
    /// seldom have one owner.
    /// </summary>
    public static ushort[] Scattered(int shards)
    {
        var ring = new HashRing(shards);
        return [.. Enumerable.Range(0, SlotId.Count).Select(slot => (ushort)ring.OwnerOf(new SlotId((ushort)slot)))];
    }

    /// <summary>
    /// Where a store with this map goes for its number of shards: to the one of the two that moves fewer slots. So a store stays with the
    /// kind it was made with, and one that was interrupted on its way goes on. With one shard, where both are the same, it gets runs from
    /// there on.
    /// </summary>
    public static ushort[] NearestTo(SlotMap map)
    {
        ushort[] even = Even(map.ShardCount);
        int moves = Moves(map, even);
        if (moves == 0) return even; // the usual start: nothing else is computed
        ushort[] scattered = Scattered(map.ShardCount);
        return moves <= Moves(map, scattered) ? even : scattered;
    }

    private static int Moves(SlotMap map, ushort[] owners) =>
        Enumerable.Range(0, SlotId.Count).Count(slot => map.OwnerOf(new SlotId((ushort)slot)).Value != owners[slot]);
}
