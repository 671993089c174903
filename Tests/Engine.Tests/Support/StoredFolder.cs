using System.IO.Compression;
using System.Text.Json;
using OrleansKv.Engine.Inspection;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>
/// A data folder that a server has written, kept as an archive in <c>Recovery/FormatN</c>, on a disk in memory. Its <c>expected.json</c> is
/// what the server answered before it ended: each key with its value and its deadline, milliseconds since the Unix epoch, 0 for none.
/// </summary>
internal sealed class StoredFolder
{
    /// <summary>2033: between the deadlines that had passed soon after the folders were made, and those of 2100.</summary>
    public const long NowMs = 2_000_000_000_000;

    private readonly string _name;
    private readonly Dictionary<string, LiveEntry> _expected = [];

    private StoredFolder(string name) => _name = name;

    public MemoryDisk Disk { get; } = new();

    /// <summary>Its folder <c>registers</c>; empty where it has none.</summary>
    public MemoryDisk Registers { get; } = new();

    public static StoredFolder Load(int format, string name)
    {
        var folder = new StoredFolder(name);
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "Recovery", $"Format{format}", name + ".zip"));
        foreach (ZipArchiveEntry file in archive.Entries)
        {
            using Stream stream = file.Open();
            var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            if (file.Name == "expected.json") folder.Expect(bytes.ToArray());
            else (file.FullName == file.Name ? folder.Disk : folder.Registers).Put(file.Name, bytes.ToArray());
        }

        return folder;
    }

    public static StoreDriver Open(MemoryDisk disk) => new(disk) { NowMs = NowMs };

    /// <summary>It opens with all keys, goes on, and opens again, after a kill and after a clean stop; nothing of it is damage.</summary>
    public void AssertOpens_GoesOn_AndOpensAgain()
    {
        AssertWhole(Disk);
        Dictionary<string, LiveEntry> left;
        MemoryDisk killed;
        using (StoreDriver driver = Open(Disk))
        {
            AssertKeysOf(driver);
            WriteOn(driver, "first");
            while (driver.Store.Rebalancer.Step(64))
            {
            }

            Assert.True(driver.Commit(Durability.Always));
            left = driver.Live();
            killed = Disk.AfterKill();
        }

        foreach (MemoryDisk disk in (MemoryDisk[])[killed, Disk])
        {
            AssertWhole(disk);
            using (StoreDriver again = Open(disk))
            {
                Assert.Equal(Sorted(left), Sorted(again.Live()));
                Assert.True(again.Store.Snapshots!.Save(), again.Store.Snapshots.Status.LastError);
                WriteOn(again, "second");
                Assert.True(again.Commit(Durability.Always));
                Dictionary<string, LiveEntry> after = again.Live();
                AssertWhole(disk);
                using StoreDriver third = Open(disk.AfterKill());
                Assert.Equal(Sorted(after), Sorted(third.Live()));
            }

            AssertWhole(disk);
        }
    }

    public static void AssertWhole(MemoryDisk disk)
    {
        Assert.All(JournalInspector.Verify(disk), r => Assert.Null(r.Problem));
        Assert.All(JournalInspector.Dump(disk), r => Assert.Null(r.Problem));
    }

    public static (string, LiveEntry)[] Sorted(Dictionary<string, LiveEntry> entries) =>
        [.. entries.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => (e.Key, e.Value))];

    // A new key, a deleted and a changed one of those that there are, and a group over several shards.
    private static void WriteOn(StoreDriver driver, string round)
    {
        string[] keys = [.. driver.Live().Keys.Order(StringComparer.Ordinal)];
        driver.Delete(keys[0]);
        driver.Append(keys[^1], "+" + round);
        driver.Set("after", round);
        driver.SetTogether([.. Enumerable.Range(0, 8).Select(i => ($"together{i}", round))]);
        driver.SetDeadline("together7", NowMs + 1_000);
    }

    private void AssertKeysOf(StoreDriver driver)
    {
        Dictionary<string, LiveEntry> found = driver.Live();
        if (_name != "killed")
        {
            Assert.Equal(Sorted(_expected), Sorted(found));
            return;
        }

        // Its values count upwards. What was answered is there, and perhaps the write that was not answered any more.
        foreach ((string key, LiveEntry answered) in _expected)
            Assert.True(Number(found[key]) >= Number(answered), $"{key} has gone back to {found[key].Value}");
    }

    private static int Number(LiveEntry entry) => int.Parse(entry.Value, System.Globalization.CultureInfo.InvariantCulture);

    private void Expect(byte[] json)
    {
        foreach (JsonProperty key in JsonDocument.Parse(json).RootElement.EnumerateObject())
            _expected[key.Name] = new LiveEntry(key.Value[0].GetString()!, key.Value[1].GetInt64());
    }
}
