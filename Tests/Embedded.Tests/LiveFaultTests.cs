using System.Diagnostics;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Options;
using OrleansKv.Hosting;
using OrleansKv.Tests.Support;

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
        using NodeStore store =
            NodeStore.Open(new StoreOptions { RunHousekeeper = false, SnapshotDelayMs = 3 }, new PhysicalDisk(_folder.Path));
        Assert.Equal(3, store.Snapshots!.DelayMs);
        Assert.Null(_config.Set("snapshot-delay", "7"));
        LiveSettings.Apply(_config.Current, store, static _ => { });
        Assert.Equal(7, store.Snapshots.DelayMs);
    }

    [Fact]
    public void JournalFailure_InARunningServer_RefusesWritesAndServesReads_ThoughKeysExpire()
    {
        const int Mortals = 200, Readers = 4; // readers: two for each worker
        using ServerProcess server = ServerProcess.Start(_folder.File("data"), "--workers", "2");
        using RespClient client = server.Connect();
        Assert.Equal("OK", client.Call("SET", "a", "1"));
        RespClient[] readers = [.. Enumerable.Range(0, Readers).Select(_ => server.Connect())];
        foreach (RespClient reader in readers) Assert.Equal("1", reader.Call("GET", "a"));
        for (int i = 0; i < Mortals; i++) Assert.Equal("OK", client.Call("SET", $"mortal{i}", "x", "PX", "1000"));
        Assert.Equal("OK", client.Call("CONFIG", "SET", "wal-fail-prob", "1"));
        Assert.StartsWith("-MISCONF", client.Call("SET", "b", "2"), StringComparison.Ordinal);
        while (readers[0].Call("DBSIZE") is ":0" or { Length: > 2 }) // a, and b that may or may not be: the others are gone
        {
            foreach (RespClient reader in readers) Assert.Equal("1", reader.Call("GET", "a"));
            using RespClient late = server.Connect();
            Assert.Null(late.Call("GET", "mortal"));
        }

        Assert.Equal("OK", readers[0].Call("CONFIG", "SET", "wal-fail-prob", "0")); // the disk is well again; what it holds is not known
        foreach (RespClient reader in readers)
        {
            Assert.StartsWith("-MISCONF the journal failed", reader.Call("SET", "c", "3"), StringComparison.Ordinal);
            Assert.Equal("1", reader.Call("GET", "a"));
            reader.Dispose();
        }

        Assert.Equal(1, server.Terminate());
        Assert.Contains("error: Writes are refused from now on: the journal failed at ", server.Printed, StringComparison.Ordinal);
        using ServerProcess again = ServerProcess.Start(_folder.File("data"));
        using RespClient after = again.Connect();
        Assert.Equal("1", after.Call("GET", "a"));
        Assert.Equal("OK", after.Call("SET", "c", "3"));
        Assert.Equal(0, again.Terminate());
    }
}
