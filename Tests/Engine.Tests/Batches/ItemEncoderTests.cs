using System.Text;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Engine.Tests.Batches;

/// <summary>Gateways and clients encode the same items, in whatever way their words come.</summary>
public sealed class ItemEncoderTests
{
    private static readonly ushort Set = DataCommands.IndexOf("set")!.Value;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(100_000)] // the buffer grows with a word open
    public void Words_ThatComeInParts_AreTheBytesOfWholeOnes(int valueBytes)
    {
        byte[] value = new byte[valueBytes];
        new Random(1).NextBytes(value);
        var batch = new BatchWriter();
        byte[] words = [.. "setkey"u8, .. value, .. "PX-12"u8];
        ArgSlice[] slices = [new(0, 3), new(3, 3), new(6, valueBytes), new(6 + valueBytes, 2), new(8 + valueBytes, 3)];
        batch.Add(Set, new ArgList(words, slices), flags: 0);

        var items = new ItemEncoder(initialBytes: 16, keptBytes: 16);
        items.Begin(Set, flags: 0, words: 5);
        items.Word("set"u8);
        "key"u8.CopyTo(items.Room(30));
        items.EndWord(3);
        items.OpenWord();
        foreach (byte[] part in value.Chunk(777))
        {
            part.CopyTo(items.RoomMemory(part.Length));
            items.Advance(part.Length);
        }

        items.CloseWord();
        items.Word("PX"u8);
        items.Word(-12L);
        var copied = new BatchWriter();
        Assert.Equal(0, copied.AddItems(items.Buffer.AsSpan(0, items.Length), 1, mayWait: false));
        Assert.Equal(batch.TakeBytes(), copied.TakeBytes());
    }

    [Fact]
    public void Groups_AreTheSameBytes()
    {
        var batch = new BatchWriter();
        batch.AddGroup(1, [(Encoding.ASCII.GetBytes("key"), new LogPosition(new Epoch(5), new Lsn(77)))]);
        batch.AddVersion("key"u8);

        var items = new ItemEncoder(initialBytes: 16, keptBytes: 16);
        items.Header(0);
        items.Begin(BatchFormat.Group, flags: 0, words: 3);
        items.Members(1);
        items.Word("key"u8);
        items.Version(new LogPosition(new Epoch(5), new Lsn(77)));
        items.Begin(BatchFormat.Version, flags: 0, words: 1);
        items.Word("key"u8);
        Assert.Equal(batch.TakeBytes(), items.Buffer[..items.Length]);
    }

    [Fact]
    public void LeaveBuffer_LeavesTheBytesThatACallMayStillRead()
    {
        var batch = new BatchWriter();
        batch.AddVersion("key"u8);
        byte[] sent = batch.Buffer;
        byte[] bytes = sent[..batch.SizeBytes];
        batch.LeaveBuffer();
        Assert.NotSame(sent, batch.Buffer);
        Assert.Equal(1, batch.Count);
        batch.AddVersion("other"u8);
        Assert.Equal(bytes, sent[..bytes.Length]);
        Assert.Equal(bytes, batch.Buffer[..bytes.Length]);
        batch.Drop();
        Assert.Equal((0, 0), (batch.Count, batch.SizeBytes));
    }
}
