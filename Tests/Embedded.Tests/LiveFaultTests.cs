using System.Diagnostics;
using OrleansKv.Embedded.Tests.Support;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Options;

namespace OrleansKv.Embedded.Tests;

/// <summary>The fault settings follow CONFIG SET.</summary>
public sealed class LiveFaultTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RuntimeConfig _config = new(SettingValues.Defaults(ServerSettings.Table(1)), null);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void JournalFile_FailsAndIsLate_AsTheSettingsAreNow()
    {
        var disk = new FaultyDisk(new PhysicalDisk(_folder.Path), _config);
        using IDiskFile journal = disk.Create("journal-1");
        journal.Write("a"u8);
        Assert.Null(_config.Set("wal-fail-prob", "1"));
        Assert.Throws<IOException>(() => journal.Write("b"u8));
        Assert.Throws<IOException>(journal.Flush);
        Assert.Null(_config.Set("wal-fail-prob", "0", "wal-delay", "50"));
        long started = Stopwatch.GetTimestamp();
        journal.Write("c"u8);
        Assert.True(Stopwatch.GetElapsedTime(started).TotalMilliseconds >= 49);
        Assert.Equal(2, journal.Length);
    }

    [Fact]
    public void SnapshotDelay_IsTheNextSnapshots()
    {
        using NodeStore store = NodeStore.Open(new StoreOptions { RunHousekeeper = false, SnapshotDelayMs = 3 }, new PhysicalDisk(_folder.Path));
        Assert.Equal(3, store.Snapshots!.DelayMs);
        Assert.Null(_config.Set("snapshot-delay", "7"));
        LiveSettings.Apply(_config.Current, store, static _ => { });
        Assert.Equal(7, store.Snapshots.DelayMs);
    }

    [Fact]
    public void JournalFailure_InARunningServer_RefusesWritesAndServesReads()
    {
        using ServerProcess server = ServerProcess.Start(_folder.File("data"), "--workers", "1");
        using RespClient client = server.Connect();
        Assert.Equal("OK", client.Call("SET", "a", "1"));
        Assert.Equal("OK", client.Call("CONFIG", "SET", "wal-fail-prob", "1"));
        Assert.StartsWith("-MISCONF", client.Call("SET", "b", "2"), StringComparison.Ordinal);
        using RespClient other = server.Connect();
        Assert.StartsWith("-MISCONF", other.Call("SET", "c", "3"), StringComparison.Ordinal);
        Assert.Equal("1", other.Call("GET", "a"));
    }
}
