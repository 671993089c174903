using OrleansKv.Engine.Journal;
using OrleansKv.Protocol.Records;
using Xunit;

namespace OrleansKv.Engine.Tests.Journal;

/// <summary>The ring of a stream against a plain list of bytes.</summary>
public sealed class StreamBacklogTests
{
    [Fact]
    public void Read_AtEveryPlace_IsWhatWasAdded_OrGone()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        var backlog = new StreamBacklog(200_000);
        var all = new List<byte>();
        long began = 1_000;
        var buffer = new byte[50_000];
        for (int i = 0; i < 400; i++)
        {
            var bytes = new byte[random.Next(1, 5_000)];
            random.NextBytes(bytes);
            backlog.Add(new JournalOffset(began + all.Count), bytes);
            all.AddRange(bytes);
            Assert.InRange(backlog.SizeBytes, Math.Min(all.Count, 190_000), 200_000);
            long place = began + random.Next(all.Count + 1);
            int read = backlog.Read(place, buffer.AsSpan(0, random.Next(1, buffer.Length)));
            bool isKept = place >= backlog.End - backlog.SizeBytes;
            Assert.True(isKept == backlog.Keeps(place) && isKept == read >= 0, $"seed {seed}");
            if (isKept) Assert.True(all.Skip((int)(place - began)).Take(read).SequenceEqual(buffer.Take(read)), $"seed {seed}");
            Assert.Equal(place < backlog.End, backlog.WhenBehind(place).IsCompleted);
        }

        Assert.Equal(began + all.Count, backlog.End);
    }

    [Fact]
    public void Add_OfMoreThanThereIsRoomFor_LeavesNothing()
    {
        var backlog = new StreamBacklog(16 * 1024);
        backlog.Add(new JournalOffset(0), new byte[100]);
        backlog.Add(new JournalOffset(100), new byte[20_000]);
        Assert.Equal((20_100, 0), (backlog.End, backlog.SizeBytes));
        Assert.Equal((-1, 0), (backlog.Read(0, new byte[10]), backlog.Read(20_100, new byte[10])));
    }
}
