using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Journal;

/// <summary>
/// The system reports a failed flush once; the next one of the same file succeeds though the bytes are lost. So nobody who waited for a
/// flush that failed may flush again and believe it.
/// </summary>
public sealed class FailedFlushTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)] // the committer rolls to the next segment, whose first step flushes the old one
    public void Commit_WaitingBehindASyncThatFails_IsNotAcknowledged(bool rolls)
    {
        var disk = new HeldFlushDisk();
        var options = new JournalOptions { SegmentBytes = rolls ? 64 : 4_096, MarginBytes = 512, PrefillBytes = 0 };
        using JournalLog journal = JournalLog.Create(disk, 1, options, TimeProvider.System);
        Append(journal, 1);
        Assert.True(journal.Commit(journal.Appended, Durability.No));
        disk.HoldNextFlush();
        var syncer = new Thread(journal.Sync) { IsBackground = true };
        syncer.Start();
        disk.WaitUntilHeld();

        if (rolls) Append(journal, 2);
        bool acknowledged = false;
        var committer = new Thread(() => acknowledged = journal.Commit(journal.Appended, Durability.Always)) { IsBackground = true };
        committer.Start();
        Assert.True(SpinWait.SpinUntil(() => committer.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(30)),
            "it does not wait for the flush");
        disk.FailHeldFlush();
        syncer.Join();
        committer.Join();

        Assert.False(acknowledged);
        Assert.Contains("the flush failed on purpose", journal.Failure);
        Assert.False(journal.Commit(journal.Appended, Durability.Always));
    }

    private static void Append(JournalLog journal, long lsn) =>
        journal.Append(default, new LogPosition(new Epoch(1), new Lsn(lsn)), new Effect(EffectKind.Set, "key"u8, new byte[100], 0, 0));
}
