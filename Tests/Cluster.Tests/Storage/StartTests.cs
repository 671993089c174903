using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Storage;
using OrleansKv.Protocol;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Storage;

/// <summary>Registration, options and folders: what works together, and what is refused at start with one line that says why.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, Action<JournalGrainStorageOptions>> Impossible() => new()
    {
        { "Folder", o => o.Folder = null },
        { "Folder", o => o.Folder = "  " },
        { "Folder", o => o.Folder = "a\0b" },
        { "Folder", o => o.UseStore(_ => throw new InvalidOperationException()) },
        { "Durability", o => o.Durability = (Durability)7 },
        { "MaxStateBytes", o => o.MaxStateBytes = 0 },
        { "MaxStateBytes", o => o.MaxStateBytes = JournalGrainStorageOptions.LargestMaxStateBytes + 1 },
        { "SnapshotInterval", o => o.SnapshotInterval = TimeSpan.FromMilliseconds(-1) },
    };

    [Theory]
    [MemberData(nameof(Impossible), DisableDiscoveryEnumeration = true)]
    public async Task Start_WithAnImpossibleOption_IsRefusedByItsName(string option, Action<JournalGrainStorageOptions> set)
    {
        var refused = await Assert.ThrowsAsync<OrleansConfigurationException>(() => StorageHost.StartAsync(_folder.Path, set));
        Assert.StartsWith($"grain storage 'journal': {option} ", refused.Message, StringComparison.Ordinal);
        AssertOneLine(refused);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Start_OfAFolderInUse_IsRefused_AndWorksWhenItIsFree()
    {
        await using (StorageHost first = await StorageHost.StartAsync(_folder.Path))
        {
            var refused = await Assert.ThrowsAsync<JournalStorageException>(() => StorageHost.StartAsync(_folder.Path));
            Assert.Contains(_folder.Path, refused.Message, StringComparison.Ordinal);
            Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("--", refused.Message, StringComparison.Ordinal);
            AssertOneLine(refused);
            await new Cell(first["journal"], "a").WriteAsync("the first goes on");
        }

        await using StorageHost again = await StorageHost.StartAsync(_folder.Path);
        Assert.Equal("the first goes on", (await new Cell(again["journal"], "a").AgainAsync()).Text);
    }

    [Theory]
    [InlineData("MANIFEST")]
    [InlineData("journal-*.wal")]
    public async Task Start_OfADamagedFolder_IsRefused_AndNamesTheFile(string pattern)
    {
        await using (StorageHost host = await StorageHost.StartAsync(_folder.Path)) await new Cell(host["journal"], "a").WriteAsync("x");
        string file = Assert.Single(Directory.GetFiles(_folder.Path, pattern));
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[60] ^= 0xFF;
        await File.WriteAllBytesAsync(file, bytes);
        for (int i = 0; i < 2; i++) // the first refusal must have let the lock go
        {
            var refused = await Assert.ThrowsAsync<JournalStorageException>(() => StorageHost.StartAsync(_folder.Path));
            Assert.Contains($"the grain storage folder {_folder.Path} is damaged: {file}", refused.Message, StringComparison.Ordinal);
            AssertOneLine(refused);
        }

        Assert.Equal(bytes, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Start_WhereNoFolderCanBe_IsRefused()
    {
        string file = _folder.File("file");
        await File.WriteAllTextAsync(file, "no folder");
        var refused = await Assert.ThrowsAsync<JournalStorageException>(() => StorageHost.StartAsync(Path.Combine(file, "sub")));
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        AssertOneLine(refused);
    }

    [Fact]
    public async Task Start_WhenADiskDeniesWriting_IsRefused_AndSaysWhatToDo()
    {
        var refused = await Assert.ThrowsAsync<JournalStorageException>(() => StorageHost.StartAsync(
            _folder.Path, o => o.OpenDisk = folder => throw new UnauthorizedAccessException($"Access to the path '{folder}' is denied.")));
        Assert.Contains("cannot be written", refused.Message, StringComparison.Ordinal);
        AssertOneLine(refused);
    }

    [Fact]
    public async Task Start_WhenOneOfTwoFoldersFails_LetsTheOtherGo()
    {
        string good = _folder.File("good"), bad = _folder.File("bad");
        Directory.CreateDirectory(bad);
        await File.WriteAllTextAsync(Path.Combine(bad, "MANIFEST"), "no manifest");
        await Assert.ThrowsAsync<JournalStorageException>(() => StorageHost.StartAsync(services => services
            .AddJournalGrainStorage("good", o => o.Folder = good)
            .AddJournalGrainStorage("bad", o => o.Folder = bad)));
        await using StorageHost host = await StorageHost.StartAsync(good);
        await new Cell(host["journal"], "a").WriteAsync("x");
    }

    [Fact]
    public async Task Providers_OfOneFolder_ShareOneJournal_AndKeepTheirStatesApart()
    {
        await using StorageHost host = await StorageHost.StartAsync(services => services
            .AddJournalGrainStorage("one", o => o.Folder = _folder.Path)
            .AddJournalGrainStorage("two", o => o.Folder = Path.Combine(_folder.Path, ".") + Path.DirectorySeparatorChar)
            .AddJournalGrainStorage("three", o => o.Folder = _folder.File("three"))
            .AddJournalGrainStorageAsDefault(o => o.Folder = _folder.Path));
        Assert.Same(host.Stores.Of("one"), host.Stores.Of("two"));
        Assert.NotSame(host.Stores.Of("one"), host.Stores.Of("three"));
        Assert.Same(host["Default"], host.Services.GetRequiredService<IGrainStorage>());
        string[] names = ["one", "two", "three", "Default"];
        foreach (string name in names) await new Cell(host[name], "a").WriteAsync(name);
        foreach (string name in names) Assert.Equal(name, (await new Cell(host[name], "a").AgainAsync()).Text);
        Assert.Equal(3, host.Stores.Of("one").Store.System.Shard.Table.Count);
    }

    [Fact]
    public async Task Providers_OfOneFolder_ThatDisagreeOnSnapshots_AreRefused()
    {
        var refused = await Assert.ThrowsAsync<OrleansConfigurationException>(() => StorageHost.StartAsync(services => services
            .AddJournalGrainStorage("one", o => o.Folder = _folder.Path)
            .AddJournalGrainStorage("two", o =>
            {
                o.Folder = _folder.Path;
                o.SnapshotInterval = TimeSpan.Zero;
            })));
        Assert.Contains("'one' and 'two'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("SnapshotInterval", refused.Message, StringComparison.Ordinal);
        AssertOneLine(refused);
    }

    [Fact]
    public async Task UseStore_KeepsStatesInTheHostsStore_WhichStaysOpen()
    {
        var options = new StoreOptions { ShardCount = 4, SnapshotIntervalMs = 0, RunHousekeeper = false };
        using NodeStore store = NodeStore.Open(options, new PhysicalDisk(_folder.Path));
        using var commits = new CommitQueue(store.Journal);
        await using (StorageHost host = await StorageHost.StartAsync(services => services
            .AddSingleton<Func<NodeStore>>(() => store)
            .AddJournalGrainStorage("own", o => o.UseStore(s => s.GetRequiredService<Func<NodeStore>>()()))
            .AddJournalGrainStorage("shared", o => o.UseStore(_ => store, _ => commits))))
        {
            foreach (string name in (string[])["own", "shared"]) await new Cell(host[name], "a").WriteAsync(name);
            foreach (string name in (string[])["own", "shared"]) Assert.Equal(name, (await new Cell(host[name], "a").AgainAsync()).Text);
        }

        Assert.Equal(2, store.System.Shard.Table.Count);
        Assert.Equal(0, store.Count);
        Assert.True(await commits.CommitAsync(store.Appended, Durability.Always));
    }

    [Fact]
    public async Task UseStore_WithLargerStatesThanItsJournalClaims_IsRefused()
    {
        using NodeStore store = NodeStore.Open(new StoreOptions { ShardCount = 1, RunHousekeeper = false }, new PhysicalDisk(_folder.Path));
        var refused = await Assert.ThrowsAsync<OrleansConfigurationException>(
            () => StorageHost.StartAsync(services => services.AddJournalGrainStorage("journal", o =>
        {
            o.UseStore(_ => store);
            o.MaxStateBytes = 5 * 1024 * 1024;
        })));
        Assert.Contains("MaxStateBytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseStore_InMemory_WorksWithoutADisk()
    {
        using NodeStore store = NodeStore.InMemory(new StoreOptions { ShardCount = 1, RunHousekeeper = false });
        await using StorageHost host =
            await StorageHost.StartAsync(services => services.AddJournalGrainStorage("journal", o => o.UseStore(_ => store)));
        var cell = new Cell(host["journal"], "a");
        await cell.WriteAsync("x");
        Assert.Equal("x", (await cell.AgainAsync()).Text);
    }

    [Fact]
    public async Task Use_BeforeTheStart_SaysSo()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddOptions().AddSerializer();
        services.AddSingleton<IGrainStorageSerializer, OrleansGrainStorageSerializer>();
        services.AddJournalGrainStorage("journal", o => o.Folder = _folder.Path);
        await using ServiceProvider provider = services.BuildServiceProvider();
        var cell = new Cell(provider.GetRequiredKeyedService<IGrainStorage>("journal"), "a");
        Assert.Contains("before the silo has started", (await Assert.ThrowsAsync<JournalStorageException>(cell.ReadAsync)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serializer_OfTheProvidersName_OrOfTheOptions_IsUsed()
    {
        var keyed = new MarkingSerializer();
        var given = new MarkingSerializer();
        await using StorageHost host = await StorageHost.StartAsync(services => services
            .AddKeyedSingleton<IGrainStorageSerializer>("keyed", keyed)
            .AddJournalGrainStorage("keyed", o => o.Folder = _folder.Path)
            .AddJournalGrainStorage("given", o =>
            {
                o.Folder = _folder.Path;
                o.GrainStorageSerializer = given;
            }));
        await new Cell(host["keyed"], "a").WriteAsync("k");
        await new Cell(host["given"], "a").WriteAsync("g");
        Assert.Equal("k", (await new Cell(host["keyed"], "a").AgainAsync()).Text);
        Assert.Equal((2, 2), (keyed.Written, given.Written)); // once to write it, once to compare what was read back
    }

    [Fact]
    public async Task Read_OfAStateThatTheSerializerDoesNotKnow_NamesTheStateAndTheType()
    {
        await using StorageHost host = await StorageHost.StartAsync(_folder.Path, o =>
        {
            o.GrainStorageSerializer = new MarkingSerializer();
            o.ReadBack = StateReadBackMode.Off; // or it would not be written
        });
        await new Cell(host["journal"], "a", "odd").WriteAsync("unreadable");
        var refused = await Assert.ThrowsAsync<JournalStorageException>(new Cell(host["journal"], "a", "odd").ReadAsync);
        foreach (string part in (string[])["'journal'", "'odd'", "test/a", nameof(TestState), nameof(MarkingSerializer)])
            Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    private static void AssertOneLine(Exception refused) => Assert.DoesNotContain('\n', refused.Message);

    private sealed class MarkingSerializer : IGrainStorageSerializer
    {
        public int Written { get; private set; }

        public BinaryData Serialize<T>(T? input)
        {
            Written++;
            return BinaryData.FromString("mark:" + ((TestState)(object)input!).Text);
        }

        public T? Deserialize<T>(BinaryData input)
        {
            string text = input.ToString();
            Assert.StartsWith("mark:", text, StringComparison.Ordinal);
            if (text.EndsWith("unreadable", StringComparison.Ordinal)) throw new FormatException("no such form");
            return (T)(object)new TestState { Text = text[5..] };
        }
    }
}
