using System.Globalization;
using System.Text;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Engine.Tests.Table;

/// <summary>A key table beside a plain model of it (a dictionary, and a list in LRU order): every operation goes to both.</summary>
internal sealed class TableModel : IDisposable
{
    private readonly Random _random;
    private readonly string[] _keys;
    private long _version;

    public TableModel(int seed, int keys, bool sharedTag)
    {
        _random = new Random(seed);
        _keys = [.. Enumerable.Range(0, keys).Select(
            i => (sharedTag ? "{t}" : "") + "key:" + i.ToString(CultureInfo.InvariantCulture) + (i % 50 == 0 ? new string('k', 300) : ""))];
    }

    public KeyTable Table { get; } = new(0x1234_5678_9ABC_DEF0);

    public Dictionary<string, ModelEntry> Entries { get; } = [];

    /// <summary>Least recently used first.</summary>
    public LinkedList<string> Order { get; } = new();

    public string RandomKey() => _keys[_random.Next(_keys.Length)];

    public void Step()
    {
        switch (_random.Next(10))
        {
            case 0 or 1 or 2 or 3: Put(RandomKey(), RandomValue(), _random.Next(3) == 0 ? _random.Next(1, 1_000_000) : 0); break;
            case 4: Patch(RandomKey(), _random.Next(0, 200), RandomValue()); break;
            case 5: SetDeadline(RandomKey(), _random.Next(2) * _random.Next(1, 1_000_000)); break;
            case 6 or 7: Remove(RandomKey()); break;
            default: Touch(RandomKey()); break;
        }
    }

    public EntryRef Find(string key)
    {
        byte[] bytes = Bytes(key);
        return Table.Find(Slot.Of(bytes), KeyTable.HashOf(bytes, 0x1234_5678_9ABC_DEF0), bytes);
    }

    public void Put(string key, byte[] value, long deadline)
    {
        byte[] bytes = Bytes(key);
        Table.Put(Slot.Of(bytes), KeyTable.HashOf(bytes, 0x1234_5678_9ABC_DEF0), bytes, value, deadline, new Lsn(++_version), 7);
        Entries[key] = new ModelEntry(value, deadline, _version);
        MakeHottest(key);
    }

    /// <summary>The key with a number below that of the keys.</summary>
    public string KeyAt(int number) => _keys[number];

    /// <summary>Removes the least recently used entry, as eviction does; false when there is none.</summary>
    public bool EvictColdest()
    {
        EntryRef coldest = Table.Coldest;
        Assert.Equal(Order.First is null, coldest.IsNone);
        if (coldest.IsNone) return false;
        string key = Encoding.ASCII.GetString(Table.KeyOf(coldest));
        Assert.Equal(Order.First!.Value, key);
        Table.Remove(coldest);
        Entries.Remove(key);
        Order.RemoveFirst();
        return true;
    }

    public void Clear()
    {
        Table.Clear();
        Entries.Clear();
        Order.Clear();
    }

    public void Remove(string key)
    {
        EntryRef entry = Find(key);
        Assert.Equal(Entries.ContainsKey(key), !entry.IsNone);
        if (entry.IsNone) return;
        Table.Remove(entry);
        Entries.Remove(key);
        Order.Remove(key);
    }

    public void CheckAll()
    {
        Assert.Equal(Entries.Count, Table.Count);
        Assert.Equal(Entries.Values.Count(e => e.Deadline != 0), Table.TtlCount);
        foreach ((string key, ModelEntry expected) in Entries)
        {
            EntryRef entry = Find(key);
            Assert.False(entry.IsNone, $"'{key}' is missing");
            Assert.True(Table.ValueOf(entry).SequenceEqual(expected.Value), $"'{key}' has another value");
            Assert.Equal(Bytes(key), Table.KeyOf(entry).ToArray());
            Assert.Equal(expected.Deadline, Table.DeadlineOf(entry));
            Assert.Equal(expected.Version, Table.VersionOf(entry).Value);
        }

        EntryRef at = Table.Coldest;
        foreach (string key in Order)
        {
            Assert.Equal(key, Encoding.ASCII.GetString(Table.KeyOf(at)));
            at = Table.Warmer(at);
        }

        Assert.True(at.IsNone);
        CheckColdestWithDeadline();
    }

    /// <summary>A few looks at a time, so that the place where the table goes on is anywhere when the next step comes.</summary>
    public void CheckColdestWithDeadline()
    {
        string? expectedColdest = Order.FirstOrDefault(k => Entries[k].Deadline != 0);
        EntryRef coldest = Table.ColdestWithDeadline(_random.Next(20));
        if (coldest.IsNone) coldest = Table.ColdestWithDeadline(_random.Next(20));
        if (!coldest.IsNone) Assert.Equal(expectedColdest, Encoding.ASCII.GetString(Table.KeyOf(coldest)));
        else if (Table.ColdestWithDeadline(int.MaxValue) is { IsNone: false } further)
            Assert.Equal(expectedColdest, Encoding.ASCII.GetString(Table.KeyOf(further)));
        else Assert.Null(expectedColdest);
    }

    public void Patch(string key, int offset, byte[] bytes)
    {
        EntryRef entry = Find(key);
        if (entry.IsNone) return;
        Table.Patch(entry, offset, bytes, new Lsn(++_version));
        ModelEntry old = Entries[key];
        byte[] value = old.Value.ToArray();
        if (value.Length < offset + bytes.Length) Array.Resize(ref value, offset + bytes.Length);
        bytes.CopyTo(value, offset);
        Entries[key] = old with { Value = value, Version = _version };
    }

    public void SetDeadline(string key, long deadline)
    {
        EntryRef entry = Find(key);
        if (entry.IsNone) return;
        Table.SetDeadline(entry, deadline, new Lsn(++_version));
        if (deadline != 0 && Entries[key].Deadline == 0) MakeHottest(key);
        Entries[key] = Entries[key] with { Deadline = deadline, Version = _version };
    }

    public void Touch(string key)
    {
        EntryRef entry = Find(key);
        if (entry.IsNone) return;
        Table.Touch(entry, 9);
        MakeHottest(key);
    }

    public void Dispose() => Table.Dispose();

    public static byte[] Bytes(string key) => Encoding.ASCII.GetBytes(key);

    private void MakeHottest(string key)
    {
        Order.Remove(key);
        Order.AddLast(key);
    }

    private byte[] RandomValue()
    {
        int length = _random.Next(20) switch
        {
            0 => _random.Next(4_000, 20_000),
            1 or 2 => _random.Next(200, 4_200),
            _ => _random.Next(0, 200),
        };
        var value = new byte[length];
        _random.NextBytes(value);
        return value;
    }
}
