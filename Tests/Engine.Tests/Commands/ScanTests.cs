using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Commands;

public sealed class ScanTests : IDisposable
{
    private readonly CommandHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Scan_OfAnEmptyStore_IsOneCall() => Assert.Equal("*2\r\n$1\r\n0\r\n*0\r\n", _host.Do("scan 0"));

    [Fact]
    public void Scan_OfASparseStore_NeedsFewCalls()
    {
        for (int i = 0; i < 20; i++) _host.Do($"set key{i} v");
        (HashSet<string> seen, int calls) = ScanAll("", () => { });
        Assert.Equal(20, seen.Count);
        Assert.True(calls <= 4, $"{calls} calls for 20 keys");
    }

    [Theory]
    [InlineData("key{0}")] // over all slots
    [InlineData("{{tag}}{0}")] // all in one slot
    public void Scan_WhileKeysComeAndGo_ShowsAllThatStay(string name)
    {
        const int Seed = 5;
        var random = new Random(Seed);
        string Key(string kind, int i) => kind + string.Format(System.Globalization.CultureInfo.InvariantCulture, name, i);
        for (int i = 0; i < 1_000; i++) _host.Do($"set {Key("stay", i)} v");
        int made = 0, gone = 0;
        (HashSet<string> seen, _) = ScanAll("", () =>
        {
            // Grows to thousands, then shrinks: the slots' indexes do so, too.
            bool grows = made < 4_000 && random.Next(10) > 2;
            for (int i = 0; i < 100; i++)
            {
                if (grows) _host.Do($"set {Key("go", made++)} v");
                else if (gone < made) _host.Do($"del {Key("go", gone++)}");
            }
        });
        string[] missing = [.. Enumerable.Range(0, 1_000).Select(i => Key("stay", i)).Where(k => !seen.Contains(k))];
        Assert.True(missing.Length == 0, $"seed {Seed}: {missing.Length} keys were not shown, {missing.FirstOrDefault()} among them");
    }

    // As when a shard moves to another node or its node restarts in the middle of a scan.
    [Theory]
    [InlineData("key{0}")]
    [InlineData("{{tag}}{0}")]
    public void Scan_ThatGoesOnUnderAnotherHashSeed_ShowsAllThatStay(string name)
    {
        using var other = new CommandHost(hashSeed: 43);
        string[] keys = [.. Enumerable.Range(0, 2_000)
            .Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, name, i))];
        foreach (string key in keys)
        {
            _host.Do($"set {key} v");
            other.Do($"set {key} v");
        }

        int calls = 0;
        (HashSet<string> seen, _) = ScanAll("", () => calls++, host: () => calls < 77 ? _host : other);
        Assert.Equal(keys.Order(), seen.Order());
    }

    [Fact]
    public void Scan_Cursors_FitIntoADouble()
    {
        for (int i = 0; i < 2_000; i++) _host.Do($"set {{{i % 20}}}{i} v");
        _ = ScanAll("", () => { },
            cursor: c => Assert.InRange(ulong.Parse(c, System.Globalization.CultureInfo.InvariantCulture), 0ul, (1ul << 53) - 1));
    }

    [Fact]
    public void Cursor_SaysSlotAndPlace_ToItsOwnTagOnly()
    {
        ScanCursor cursor = ScanCursor.Inside(SlotId.Count - 1, 0xABCD_0000, 0x7F_FFFE);
        Assert.Equal(SlotId.Count - 1, cursor.Slot);
        Assert.Equal(0xABCD_0000ul, cursor.PositionFor(0x7F_FFFE));
        Assert.Equal(0ul, cursor.PositionFor(0x7F_FFFF));
        Assert.True(cursor.Value < 1ul << 53);
        Assert.Equal(0ul, ScanCursor.At(SlotId.Count).Value);
        Assert.Equal(SlotId.Count, new ScanCursor(ulong.MaxValue).Slot);
        Assert.True(ScanCursor.CanStopAt(0x8000_0000) && ScanCursor.CanStopAt(0x0001_0000) && !ScanCursor.CanStopAt(0x0000_8000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    public void Scan_Count_BoundsACall(int count)
    {
        for (int i = 0; i < 2_000; i++) _host.Do($"set {{tag}}{i} v");
        (HashSet<string> seen, int calls) = ScanAll($" COUNT {count}", () => { }, most: (10 * count) + 20);
        Assert.Equal(2_000, seen.Count);
        Assert.True(calls >= 2_000 / ((10 * count) + 20));
    }

    [Fact]
    public void Scan_MatchAndType_FilterWhatIsShown()
    {
        for (int i = 0; i < 100; i++) _host.Do($"set key{i} v");
        Assert.Equal(10, ScanAll(" MATCH key?", () => { }).Seen.Count);
        Assert.Equal(100, ScanAll(" TYPE string", () => { }).Seen.Count);
        Assert.Empty(ScanAll(" TYPE list", () => { }).Seen);
        Assert.Empty(ScanAll(" TYPE nonsense", () => { }).Seen);
    }

    [Fact]
    public void ScanKeysRandomKey_DoNotShowExpiredKeys()
    {
        _host.Do("set old v px 10");
        _host.Do("set new v");
        _host.NowMs += 10;
        Assert.Equal(["new"], ScanAll("", () => { }).Seen);
        Assert.Equal("*1\r\n$3\r\nnew\r\n", _host.Do("keys *"));
        for (int i = 0; i < 20; i++) Assert.Equal("$3\r\nnew\r\n", _host.Do("randomkey"));
    }

    [Theory]
    [InlineData(10, "key{0}")]
    [InlineData(2_000, "key{0}")]
    [InlineData(2_000, "{{tag}}{0}")] // a slot too large to be copied
    public void RandomKey_OverManyCalls_ShowsManyKeys(int keys, string name)
    {
        for (int i = 0; i < keys; i++) _host.Do(string.Format(System.Globalization.CultureInfo.InvariantCulture, "set " + name + " v", i));
        var shown = Enumerable.Range(0, 400).Select(_ => _host.Do("randomkey")).GroupBy(k => k).ToDictionary(g => g.Key, g => g.Count());
        // 10 keys: each 40 times on average, and below 12 or above 80 once in 10^7 runs. 2,000: some 360 different ones.
        Assert.True(shown.Count >= Math.Min(keys, 250), $"{shown.Count} different keys");
        if (keys == 10) Assert.All(shown.Values, n => Assert.InRange(n, 10, 90));
    }

    private (HashSet<string> Seen, int Calls) ScanAll(
        string options, Action between, int most = int.MaxValue, Func<CommandHost>? host = null, Action<string>? cursor = null)
    {
        var seen = new HashSet<string>();
        string at = "0";
        int calls = 0;
        do
        {
            // *2 $n cursor *k then two lines a key
            string[] lines = (host?.Invoke() ?? _host).Do($"scan {at}{options}").Split("\r\n");
            at = lines[2];
            cursor?.Invoke(at);
            string[] keys = [.. lines.Skip(4).Where((_, i) => i % 2 == 1)];
            Assert.Equal(lines[3], $"*{keys.Length}");
            Assert.True(keys.Length <= most, $"{keys.Length} keys in a call");
            seen.UnionWith(keys);
            between();
            Assert.True(++calls < 100_000, "no end");
        }
        while (at != "0");
        return (seen, calls);
    }
}
