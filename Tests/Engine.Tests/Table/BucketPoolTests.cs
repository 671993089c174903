using OrleansKv.Engine.Table;

namespace OrleansKv.Engine.Tests.Table;

/// <summary>Runs that are in use never share a byte, and what was freed serves again, whatever its length was.</summary>
public sealed unsafe class BucketPoolTests
{
    [Fact]
    public void Runs_OfAnyLength_InAnyOrder_KeepTheirBytes_AndAllOfItIsFreeAgain()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            using var pool = new BucketPool();
            var used = new List<(nint Run, int Length, byte Mark)>();
            long most = 0;
            for (int step = 0; step < 20_000; step++)
            {
                if (used.Count == 0 || (random.Next(100) < 52 && used.Count < 400))
                {
                    int length = random.Next(4) == 0 ? random.Next(1, 65) : random.Next(1, 9);
                    byte* run = pool.AllocateBuckets(length);
                    byte mark = (byte)random.Next(256);
                    Bytes(run, length).Fill(mark);
                    used.Add(((nint)run, length, mark));
                }
                else
                {
                    int at = random.Next(used.Count);
                    (nint run, int length, byte mark) = used[at];
                    Assert.False(Bytes((byte*)run, length).ContainsAnyExcept(mark), $"seed {seed}: a run in use was written over");
                    pool.FreeBuckets((byte*)run, length);
                    used.RemoveAt(at);
                }

                Assert.Equal(used.Sum(u => (long)u.Length) * SlotIndex.BucketBytes, pool.UsedBytes);
                most = Math.Max(most, pool.UsedBytes);
            }

            foreach ((nint run, int length, _) in used) pool.FreeBuckets((byte*)run, length);
            Assert.Equal(0, pool.UsedBytes);
            Assert.True(pool.PageBytes < (most * 2) + (64 * 1024), $"seed {seed}: {pool.PageBytes} B for {most} B");

            // All pages are whole again: that much fits in the longest runs, and takes no further page.
            long pages = pool.PageBytes;
            for (long i = 0; i < pages / (64 * SlotIndex.BucketBytes); i++) pool.AllocateBuckets(64);
            Assert.Equal(pages, pool.PageBytes);
        }
    }

    /// <summary>A table's slots grow at the same time: with runs kept by their length a third of the index's memory was in use.</summary>
    [Fact]
    public void IndexesThatGrowTogether_LeaveLittleBehind()
    {
        var random = new Random(7);
        using var pool = new BucketPool();
        var runs = new nint[512];
        var lengths = new int[512];
        for (int step = 0; step < 512 * 7; step++)
        {
            int slot = random.Next(512);
            byte* longer = pool.AllocateBuckets(lengths[slot] + 1);
            if (lengths[slot] > 0) pool.FreeBuckets((byte*)runs[slot], lengths[slot]);
            (runs[slot], lengths[slot]) = ((nint)longer, lengths[slot] + 1);
        }

        Assert.True(pool.PageBytes < pool.UsedBytes * 1.35, $"{pool.PageBytes} B for {pool.UsedBytes} B in use");
    }

    private static Span<byte> Bytes(byte* run, int length) => new(run, length * SlotIndex.BucketBytes);
}
