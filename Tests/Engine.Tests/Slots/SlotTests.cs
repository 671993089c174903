using System.Text;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Tests.Slots;

public sealed class SlotTests
{
    [Fact]
    public void Crc16_OfTheCheckString_Is31C3() => Assert.Equal(0x31C3, Crc16.Compute("123456789"u8));

    [Theory]
    [InlineData("foo", 12182)]
    [InlineData("bar", 5061)]
    [InlineData("hello", 866)]
    [InlineData("", 0)]
    public void Slot_OfAKey_IsRedisClusters(string key, int slot) => Assert.Equal(slot, Slot.Of(Encoding.ASCII.GetBytes(key)).Value);

    [Theory]
    [InlineData("{user1000}.following", "user1000")]
    [InlineData("foo{{bar}}zap", "{bar")]
    [InlineData("foo{bar}{zap}", "bar")]
    public void HashTag_IsWhatCounts(string key, string tag) =>
        Assert.Equal(Slot.Of(Encoding.ASCII.GetBytes(tag)), Slot.Of(Encoding.ASCII.GetBytes(key)));

    [Theory]
    [InlineData("foo{}{bar}")]
    [InlineData("foo{bar")]
    public void EmptyOrOpenTag_CountsAsPartOfTheKey(string key) =>
        Assert.Equal(Crc16.Compute(Encoding.ASCII.GetBytes(key)) & 16383, Slot.Of(Encoding.ASCII.GetBytes(key)).Value);

    [Fact]
    public void Crc16_BytewiseAndByEights_Agree()
    {
        var random = new Random(1);
        for (int length = 0; length < 100; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            int crc = 0;
            foreach (byte b in bytes)
            {
                crc ^= b << 8;
                for (int i = 0; i < 8; i++) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }

            Assert.Equal((ushort)crc, Crc16.Compute(bytes));
        }
    }

    [Fact]
    public void Map_WithMoves_SurvivesItsBytes()
    {
        SlotMap map = SlotMap.Create(5).WithShardCount(6).WithMove(new SlotId(7), new ShardId(5), new ShardId(1));
        SlotMap read = SlotMap.FromBytes(map.ToBytes());
        Assert.Equal((map.Version, 6), (read.Version, read.ShardCount));
        Assert.True(read.IsMoving(new SlotId(7)));
        Assert.Equal(new ShardId(1), read.SourceOf(new SlotId(7)));
        SlotMap done = SlotMapChange.Apply(read, SlotMapChange.MoveDone(map.WithMoveDone(new SlotId(7)), new SlotId(7)));
        Assert.False(done.HasMoves);
        Assert.Equal(new ShardId(5), done.OwnerOf(new SlotId(7)));
        Assert.Same(done, SlotMapChange.Apply(done, SlotMapChange.Move(map, new SlotId(7)))); // an older change
    }
}
