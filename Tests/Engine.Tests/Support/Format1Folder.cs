using System.IO.Compression;
using System.Text.Json;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>A folder of format 1 on a disk in memory, with what its server answered before it ended.</summary>
internal sealed class Format1Folder
{
    /// <summary>2033: between the deadlines that had passed soon after the folders were made, and those of 2100.</summary>
    public const long NowMs = 2_000_000_000_000;

    private readonly string _name;
    private readonly Dictionary<string, LiveEntry> _expected = [];

    private Format1Folder(string name) => _name = name;

    public MemoryDisk Disk { get; } = new();

    public static Format1Folder Load(string name)
    {
        var folder = new Format1Folder(name);
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "Recovery", "Format1", name + ".zip"));
        foreach (ZipArchiveEntry file in archive.Entries)
        {
            using Stream stream = file.Open();
            var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            if (file.Name == "expected.json") folder.Expect(bytes.ToArray());
            else folder.Disk.Put(file.Name, bytes.ToArray());
        }

        return folder;
    }

    public void AssertKeysOf(StoreDriver driver)
    {
        Dictionary<string, LiveEntry> found = driver.Live();
        if (_name != "killed")
        {
            Assert.Equal(_expected.OrderBy(e => e.Key, StringComparer.Ordinal), found.OrderBy(e => e.Key, StringComparer.Ordinal));
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
