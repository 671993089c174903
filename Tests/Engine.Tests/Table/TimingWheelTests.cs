using System.Text;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;
using Xunit.Abstractions;

namespace OrleansKv.Engine.Tests.Table;

public sealed class TimingWheelTests(ITestOutputHelper output)
{
    /// <summary>The wheel's finest bucket, ms: an entry may be returned that much late.</summary>
    private const int Tick = 16;

    [Theory]
    [InlineData(2_000)]
    [InlineData(100_000)]
    [InlineData(10_000_000)]
    [InlineData(100_000_000_000)]
    public void TakeDue_WithADrivenClock_ReturnsEachOnceItsTimeHasCome(long span)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var table = new KeyTable(1);
        var deadlines = new Dictionary<string, long>();
        long now = 1_700_000_000_000;
        Span<EntryRef> due = new EntryRef[64];
        table.TakeDue(now, due);
        for (int step = 0; step < 3_000; step++)
        {
            string key = "k" + random.Next(500);
            byte[] bytes = Encoding.ASCII.GetBytes(key);
            if (random.Next(4) == 0 && deadlines.Remove(key)) table.Remove(Find(table, bytes));
            else
            {
                long deadline = random.Next(6) == 0 ? 0 : now + 1 + random.NextInt64(span);
                table.Put(Slot.Of(bytes), KeyTable.HashOf(bytes, 1), bytes, bytes, deadline, new Lsn(1), 0);
                deadlines[key] = deadline;
            }

            if (random.Next(3) == 0) now += random.NextInt64(span / 50);
            if (random.Next(50) == 0) now += span / 3;
            int count;
            do
            {
                count = table.TakeDue(now, due);
                foreach (EntryRef entry in due[..count])
                {
                    string gone = Encoding.ASCII.GetString(table.KeyOf(entry));
                    Assert.InRange(deadlines[gone], 1, now);
                    deadlines.Remove(gone);
                    table.Remove(entry);
                }
            }
            while (count > 0);

            foreach ((string left, long deadline) in deadlines)
                Assert.True(deadline == 0 || deadline > now - Tick, $"'{left}' was due {now - deadline} ms ago");
        }
    }

    [Fact]
    public void TakeDue_WhatIsNotRemoved_ComesAgain()
    {
        using var table = new KeyTable(1);
        byte[] key = "k"u8.ToArray();
        table.Put(Slot.Of(key), KeyTable.HashOf(key, 1), key, key, 1_000, new Lsn(1), 0);
        var due = new EntryRef[4];
        Assert.Equal(1, table.TakeDue(5_000, due));
        Assert.Equal(1, table.TakeDue(5_000, due));
        Assert.Equal(1, table.TakeDue(500_000, due));
    }

    [Fact]
    public void HotKey_SetAMillionTimesWithTtl_KeepsTheWheelSmall()
    {
        using var table = new KeyTable(1);
        byte[] key = "hot"u8.ToArray();
        for (int i = 0; i < 1_000_000; i++)
            table.Put(Slot.Of(key), KeyTable.HashOf(key, 1), key, key, 1_000_000 + (i * 7L), new Lsn(1), 0);
        Assert.InRange(table.UsedBytes, 0, 64 * 1024);
    }

    [Fact]
    public void NearestDeadline_IsTheNearestWithinATick()
    {
        using var table = new KeyTable(1);
        table.TakeDue(1_000_000, new EntryRef[1]);
        for (int i = 0; i < 100; i++)
        {
            byte[] key = Encoding.ASCII.GetBytes("k" + i);
            table.Put(Slot.Of(key), KeyTable.HashOf(key, 1), key, key, 1_000_500 + ((i * 37 % 100) * 20), new Lsn(1), 0);
        }

        Assert.InRange(table.DeadlineOf(table.NearestDeadline()), 1_000_500, 1_000_500 + 2_000);
    }

    [Fact]
    public void NearestDeadline_BehindThousandsOfKeysThatAreGone_IsFound()
    {
        using var table = new KeyTable(1);
        table.TakeDue(1_000_000, new EntryRef[1]);
        for (int i = 0; i < 10_000; i++)
        {
            byte[] key = Encoding.ASCII.GetBytes("k" + i);
            table.Put(Slot.Of(key), KeyTable.HashOf(key, 1), key, key, i < 5_000 ? 1_000_500 + i : 9_000_000, new Lsn(1), 0);
        }

        for (int i = 0; i < 5_000; i++) table.Remove(Find(table, Encoding.ASCII.GetBytes("k" + i)));
        int calls = 1;
        while (table.NearestDeadline().IsNone) Assert.InRange(++calls, 2, 10);
        Assert.Equal(9_000_000, table.DeadlineOf(table.NearestDeadline()));
    }

    private static EntryRef Find(KeyTable table, byte[] key) => table.Find(Slot.Of(key), KeyTable.HashOf(key, 1), key);
}
