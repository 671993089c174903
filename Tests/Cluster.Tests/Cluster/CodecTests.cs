using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansKv.Grains;
using OrleansKv.Protocol.Batches;
using OrleansKv.Silo.Registers;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>Batches and replies as they travel between silos, through Orleans' serializer; whole, in pieces, cut, and garbage.</summary>
public sealed class CodecTests : IDisposable
{
    /// <summary>
    /// A reader of garbage may allocate what it was given, some times over; 16 MiB is far beyond these few bytes, and far below what
    /// lengths in garbage say.
    /// </summary>
    private const long MaxGarbageBytes = 16 * 1024 * 1024;

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer(s => s.AddAssembly(typeof(ShardBatch).Assembly))
        .BuildServiceProvider();
    private readonly int _seed = Environment.TickCount;

    private Serializer<T> For<T>() => _services.GetRequiredService<Serializer<T>>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Exceptions_OfOurOwn_ComeBackWithTheirWords()
    {
        using ServiceProvider services = new ServiceCollection().AddSerializer(s => s.AddAssembly(typeof(ShardBatch).Assembly)
            .AddAssembly(typeof(RegistersUnreachableException).Assembly)).BuildServiceProvider();
        Serializer<object> serializer = services.GetRequiredService<Serializer<object>>();
        foreach (Exception thrown in (Exception[])[new ShardUnavailableException("moved"), new RegistersUnreachableException("silence")])
        {
            object back = serializer.Deserialize(serializer.SerializeToArray(thrown))!;
            Assert.Equal(thrown.GetType(), back.GetType());
            Assert.Equal(thrown.Message, ((Exception)back).Message);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(200_000)]
    public void Batch_ComesBack(int length)
    {
        var random = new Random(_seed);
        byte[] buffer = new byte[length + 7]; // a buffer may be longer than the batch
        random.NextBytes(buffer);
        var batch = new ShardBatch(buffer, length, long.MaxValue - 3);
        ShardBatch back = For<ShardBatch>().Deserialize(For<ShardBatch>().SerializeToArray(batch))!;
        Assert.Equal(batch.Bytes, back.Bytes);
        Assert.Equal(batch.MapVersion, back.MapVersion);
    }

    [Theory]
    [InlineData(ShardStatus.Done, 0, null)]
    [InlineData(ShardStatus.Done, 1, null)]
    [InlineData(ShardStatus.Done, 1000, null)]
    [InlineData(ShardStatus.Moved, 0, null)]
    [InlineData(ShardStatus.Retry, 0, null)]
    [InlineData(ShardStatus.Refused, 0, "words: ä€")]
    [InlineData(ShardStatus.Unknown, 0, "disk full")]
    public void Reply_ComesBack(ShardStatus status, int replies, string? problem)
    {
        ShardReply reply = MakeReply(status, replies, problem);
        AssertSame(reply, For<ShardReply>().Deserialize(For<ShardReply>().SerializeToArray(reply))!);
    }

    [Fact]
    public void Pieces_SplitAnywhere_AreReadAlike()
    {
        ShardReply reply = MakeReply(ShardStatus.Done, 5, "a problem");
        byte[] bytes = For<ShardReply>().SerializeToArray(reply);
        for (int cut = 0; cut <= bytes.Length; cut++) AssertSame(reply, For<ShardReply>().Deserialize(InTwo(bytes, cut))!);
        byte[] batch = For<ShardBatch>().SerializeToArray(new ShardBatch([1, 2, 3, 4, 5], 5, 77));
        for (int cut = 0; cut <= batch.Length; cut++)
        {
            ShardBatch back = For<ShardBatch>().Deserialize(InTwo(batch, cut))!;
            Assert.Equal([1, 2, 3, 4, 5], back.Bytes.ToArray());
            Assert.Equal(77, back.MapVersion);
        }
    }

    [Fact]
    public void Cut_AtEveryByte_IsRefused()
    {
        byte[] reply = For<ShardReply>().SerializeToArray(MakeReply(ShardStatus.Done, 5, "a problem"));
        for (int length = 0; length < reply.Length; length++) Refuses<ShardReply>(reply[..length]);
        byte[] batch = For<ShardBatch>().SerializeToArray(new ShardBatch([1, 2, 3, 4, 5], 5, 77));
        for (int length = 0; length < batch.Length; length++) Refuses<ShardBatch>(batch[..length]);
    }

    // Any byte but the first, which is Orleans' own, may be any other: it is read as some reply, or refused; never with more memory than it
    // is worth, and never as bytes of others.
    [Fact]
    public void Garbage_IsRefusedOrReadWithinItsBytes()
    {
        byte[] bytes = For<ShardReply>().SerializeToArray(MakeReply(ShardStatus.Done, 3, "why"));
        for (int at = 1; at < bytes.Length; at++)
        {
            foreach (byte wrong in (byte[])[0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF])
            {
                byte[] changed = [.. bytes];
                changed[at] = wrong;
                AllReadable(changed, $"byte {at} is {wrong}");
            }
        }

        var random = new Random(_seed);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] changed = [.. bytes];
            for (int n = random.Next(1, 6); n > 0; n--) changed[random.Next(1, changed.Length)] = (byte)random.Next(256);
            AllReadable(changed, $"seed {_seed}, turn {i}");
        }
    }

    private void AllReadable(byte[] bytes, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            ShardReply? reply = For<ShardReply>().Deserialize(bytes);
            if (reply is null) return;
            for (int i = 0; i < reply.Replies.Count; i++) _ = reply.Replies[i].Length;
        }
        catch (Exception failure)
        {
            Assert.True(IsRefusal(failure), $"{what}: {failure}");
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MaxGarbageBytes, $"{what}: {allocated} bytes allocated");
    }

    private void Refuses<T>(byte[] bytes)
    {
        Exception? failure = Record.Exception(() => For<T>().Deserialize(bytes));
        Assert.True(failure is not null && IsRefusal(failure), $"{bytes.Length} bytes: {failure?.ToString() ?? "read"}");
    }

    // What Orleans, or the codec, says of input that it cannot read; anything else is a slip of ours.
    private static bool IsRefusal(Exception failure) =>
        failure is SerializerException or InvalidDataException or InvalidOperationException or EndOfStreamException
        or IndexOutOfRangeException { Source: "Orleans.Serialization" } or OverflowException { Source: "Orleans.Serialization" };

    private ShardReply MakeReply(ShardStatus status, int replies, string? problem)
    {
        if (replies == 0) return ShardReply.Of(status, 42, problem);
        var random = new Random(_seed);
        var ends = new int[replies];
        for (int i = 0; i < replies; i++) ends[i] = (i == 0 ? 0 : ends[i - 1]) + random.Next(0, 20);
        byte[] bytes = new byte[ends[^1] + 3];
        random.NextBytes(bytes);
        return new ShardReply(status, new BatchReply(bytes, ends[^1], ends, replies), long.MinValue + 1, problem);
    }

    private static void AssertSame(ShardReply expected, ShardReply actual)
    {
        Assert.Equal((expected.Status, expected.MapVersion, expected.Problem, expected.Replies.Count),
            (actual.Status, actual.MapVersion, actual.Problem, actual.Replies.Count));
        for (int i = 0; i < expected.Replies.Count; i++) Assert.Equal(expected.Replies[i], actual.Replies[i]);
    }

    private static ReadOnlySequence<byte> InTwo(byte[] bytes, int cut)
    {
        var first = new Piece(bytes.AsMemory(0, cut), null);
        var second = new Piece(bytes.AsMemory(cut), first);
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
