using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Tests.Slots;

public sealed class HashRingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    public void OwnersOf_BeginsWithTheOwner_AndNamesEachOnce(int members)
    {
        var ring = new HashRing(members);
        foreach (SlotId slot in Slots())
        {
            int[] all = ring.OwnersOf(slot, members);
            Assert.Equal(ring.OwnerOf(slot), all[0]);
            Assert.Equal(Enumerable.Range(0, members), all.Order());
            for (int count = 1; count < members; count++) Assert.Equal(all[..count], ring.OwnersOf(slot, count));
            Assert.Equal(all, ring.OwnersOf(slot, members + 2));
        }
    }

    /// <summary>So a node that joins takes copies from others, and none moves between those.</summary>
    [Fact]
    public void OwnersOf_OneMemberMore_LeavesTheOthersInTheirOrder()
    {
        for (int members = 1; members < 8; members++)
        {
            HashRing before = new(members), after = new(members + 1);
            foreach (SlotId slot in Slots())
                Assert.Equal(before.OwnersOf(slot, members), after.OwnersOf(slot, members + 1).Where(m => m != members));
        }
    }

    [Fact]
    public void OwnersOf_EveryMemberHasItsShareOfEachPlace()
    {
        var ring = new HashRing(4);
        for (int place = 0; place < 3; place++)
        {
            int[] counts = [.. Enumerable.Range(0, SlotId.Count).GroupBy(s => ring.OwnersOf(new SlotId((ushort)s), 3)[place])
                .Select(g => g.Count())];
            Assert.Equal(4, counts.Length);
            Assert.All(counts, c => Assert.InRange(c, SlotId.Count / 6, SlotId.Count / 3));
        }
    }

    [Fact]
    public void OwnersOf_Nobody_IsACallersBug() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HashRing(2).OwnersOf(new SlotId(0), 0));

    private static IEnumerable<SlotId> Slots() => Enumerable.Range(0, 500).Select(s => new SlotId((ushort)s));
}
