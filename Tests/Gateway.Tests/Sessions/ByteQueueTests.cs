using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Resp;
using Xunit;

namespace OrleansKv.Gateway.Tests.Sessions;

public sealed class ByteQueueTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AppendAndTake_AtRandom_GiveTheSameBytesInOrder(int seed)
    {
        var random = new Random(seed);
        var queue = new ByteQueue();
        byte next = 0, expected = 0;
        long length = 0;
        for (int step = 0; step < 2_000; step++)
        {
            if (random.Next(2) == 0)
            {
                var bytes = new byte[random.Next(random.Next(2) == 0 ? 100 : 200_000)];
                for (int i = 0; i < bytes.Length; i++) bytes[i] = next++;
                queue.Append(bytes);
                length += bytes.Length;
            }
            else
            {
                ReadOnlySpan<byte> first = queue.First;
                int taken = random.Next(first.Length + 1);
                foreach (byte b in first[..taken]) Assert.Equal(expected++, b);
                if (taken > 0) queue.Take(taken);
                length -= taken;
            }

            Assert.Equal(length, queue.Length);
            Assert.True(queue.HeldBytes >= length && queue.HeldBytes <= length + (2 * 128 * 1024),
                $"seed {seed}: {queue.HeldBytes} for {length}");
            Assert.Equal(length == 0, queue.First.IsEmpty);
            if (length == 0) Assert.Equal((0L, 0), (queue.HeldBytes, queue.Chunks));
        }
    }

    [Fact]
    public void MoveTo_InPieces_MovesAll()
    {
        var queue = new ByteQueue();
        byte[] bytes = [.. Enumerable.Range(0, 200_000).Select(i => (byte)i)];
        queue.Append(bytes);
        using var output = new ReplyWriter();
        queue.MoveTo(output, 70_000);
        Assert.Equal((70_000, 130_000L), (output.Length, queue.Length));
        queue.MoveTo(output, long.MaxValue);
        Assert.Equal(bytes, output.Written.ToArray());
        Assert.Equal((0L, 0), (queue.HeldBytes, queue.Chunks));
    }

    [Fact]
    public void Clear_GivesAllBack()
    {
        var queue = new ByteQueue();
        queue.Append(new byte[1_000_000]);
        queue.Take(100);
        queue.Clear();
        Assert.Equal((0L, 0L, 0), (queue.Length, queue.HeldBytes, queue.Chunks));
        queue.Append("ab"u8);
        Assert.Equal("ab"u8, queue.First);
    }
}
