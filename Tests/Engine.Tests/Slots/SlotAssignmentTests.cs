using System.Buffers.Binary;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Tests.Slots;

public sealed class SlotAssignmentTests
{
    // Data lives where these say: a program that computes another one would move all of it at the next REBALANCE.
    [Theory]
    [InlineData(8, 0xE04A)]
    [InlineData(32, 0xC17F)]
    public void Even_NeverChanges(int shards, int crc) => Assert.Equal(crc, CrcOf(SlotAssignment.Even(shards)));

    [Fact]
    public void Scattered_NeverChanges() => Assert.Equal(0x3BBB, CrcOf(SlotAssignment.Scattered(32)));

    [Fact]
    public void Even_EveryShardHasAsManySlots_GiveOrTakeOne()
    {
        foreach (int shards in (int[])[1, 2, 3, 31, 32, 33, 100, ShardId.MaxCount])
        {
            int[] counts = [.. SlotAssignment.Even(shards).GroupBy(o => o).Select(g => g.Count())];
            Assert.Equal(shards, counts.Length);
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(32)]
    [InlineData(1000)]
    public void Even_OneShardMore_MovesOnlyTheNewOnesShare(int shards)
    {
        ushort[] before = SlotAssignment.Even(shards), after = SlotAssignment.Even(shards + 1);
        int[] moved = [.. Enumerable.Range(0, SlotId.Count).Where(s => before[s] != after[s])];
        Assert.All(moved, s => Assert.Equal(shards, after[s]));
        Assert.Equal(SlotId.Count / (shards + 1), moved.Length);
    }

    [Theory]
    [InlineData(8, 30)]
    [InlineData(32, 430)]
    public void Even_SlotsOfAShardStandInRuns(int shards, int most)
    {
        ushort[] owners = SlotAssignment.Even(shards);
        Assert.InRange(1 + owners.Zip(owners.Skip(1)).Count(p => p.First != p.Second), shards, most);
    }

    [Theory]
    [InlineData(16, 32)]
    [InlineData(32, 16)]
    [InlineData(16, 17)]
    public void NearestTo_StoreOfEitherKind_StaysWithItsKind(int from, int to)
    {
        Assert.Equal(SlotAssignment.Scattered(to), SlotAssignment.NearestTo(Map(SlotAssignment.Scattered(from)).WithShardCount(to)));
        Assert.Equal(SlotAssignment.Even(to), SlotAssignment.NearestTo(SlotMap.Create(from).WithShardCount(to)));
    }

    [Fact]
    public void NearestTo_OneShard_GetsRunsFromThereOn() =>
        Assert.Equal(SlotAssignment.Even(32), SlotAssignment.NearestTo(Map(SlotAssignment.Scattered(1)).WithShardCount(32)));

    // A folder of a program that scattered slots.
    [Fact]
    public void Open_StoreWithAScatteredMap_MovesNothing_AndItsRebalanceMovesAShare()
    {
        var disk = new MemoryDisk();
        SlotMap old = Map(SlotAssignment.Scattered(4));
        using (var made = new StoreDriver(disk, StoreDriver.Small with { ShardCount = 4 })) made.Store.Adopt(old);
        using var driver = new StoreDriver(disk, StoreDriver.Small with { ShardCount = 4 });
        Assert.True(driver.Store.Map.IsSameAs(old));
        Assert.False(driver.Store.Rebalancer.IsRunning);
        Assert.True(driver.Store.Rebalancer.TryStart(5));
        Assert.InRange(driver.Store.Rebalancer.Status.SlotsToMove, 1, SlotId.Count / 5 * 3 / 2);
    }

    private static int CrcOf(ushort[] owners)
    {
        var bytes = new byte[owners.Length * 2];
        for (int slot = 0; slot < owners.Length; slot++) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(slot * 2), owners[slot]);
        return Crc16.Compute(bytes);
    }

    private static SlotMap Map(ushort[] owners)
    {
        byte[] bytes = SlotMap.Create(owners.Max() + 1).ToBytes();
        for (int slot = 0; slot < owners.Length; slot++) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(12 + (slot * 2)),
            owners[slot]);
        return SlotMap.FromBytes(bytes);
    }
}
