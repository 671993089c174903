using System.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Engine.Table;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Snapshots;

/// <summary>
/// Entries that change while a snapshot runs are given to its writer in the middle of the change. More than 8 MiB of them it writes itself:
/// a full disk shown there once left tables half changed, and when room returned a snapshot with a hole.
/// </summary>
public sealed class SnapshotWriterTests
{
    private const int Keys = 300;
    private const int ValueBytes = 64 * 1024; // 19 MiB in all: above what waits for the file

    [Theory]
    [InlineData(false)] // the disk stays full
    [InlineData(true)] // and has room again before the snapshot ends
    public void TableThatIsClearedOnAFullDisk_IsCleared_AndTheSnapshotFails(bool recovers)
    {
        var disk = new MemoryDisk();
        using var table = new KeyTable(42);
        Fill(table);
        var header = new SnapshotHeader(new ShardId(1), new LogPosition(new Epoch(1), new Lsn(Keys)), new JournalOffset(0), 7, []);
        using var writer = new SnapshotWriter(disk, header);
        table.BeginSnapshot(writer);

        disk.FailFrom = disk.Operations + 1;
        table.Clear();
        Assert.Equal(0, table.Count);
        Fill(table);
        Assert.Equal(Keys, table.Count);
        if (recovers) disk.FailFrom = 0;

        Assert.Throws<IOException>(writer.Drain);
        table.EndSnapshot();
        Assert.Contains("on purpose", Assert.Throws<IOException>(() => writer.Complete()).Message);
        disk.FailFrom = 0;
        writer.Abandon();
        Assert.Empty(disk.List());
    }

    private static void Fill(KeyTable table)
    {
        var value = new byte[ValueBytes];
        for (int i = 0; i < Keys; i++)
        {
            KeyRef key = KeyRef.Of(Encoding.ASCII.GetBytes($"k{i}"), 42);
            table.Put(key.Slot, key.Hash, key.Bytes, value, 0, new Lsn(i + 1), 0);
        }
    }
}
