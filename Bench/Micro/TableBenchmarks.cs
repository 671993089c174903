using System.Text;
using BenchmarkDotNet.Attributes;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Bench.Micro;

/// <summary>
/// Look-ups and changes in a table of a million keys in random order, look-ups also with the memory asked for 64 keys ahead. In this tight
/// loop the processor overlaps the misses by itself and looking ahead gains nothing; between whole commands it cannot, and there it doubles
/// the throughput (<c>bars --only off-get-64</c>).
/// </summary>
[MemoryDiagnoser]
public class TableBenchmarks
{
    private const int Keys = 1_000_000;
    private const int Ahead = 64;
    private const ulong Seed = 42;
    private readonly KeyTable _table = new(Seed);
    private readonly byte[] _value = new byte[64];
    private byte[][] _keys = [];
    private SlotId[] _slots = [];
    private uint[] _hashes = [];
    private int _at;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _keys = [.. Enumerable.Range(0, Keys).Select(i => Encoding.ASCII.GetBytes($"key:{i:D12}"))];
        random.Shuffle(_keys);
        _slots = [.. _keys.Select(k => Slot.Of(k))];
        _hashes = [.. _keys.Select(k => KeyTable.HashOf(k, Seed))];
        for (int i = 0; i < Keys; i++) _table.Put(_slots[i], _hashes[i], _keys[i], _value, 0, new Lsn(1), 0);
        _table.TrackRecency = false;
    }

    [GlobalCleanup]
    public void Cleanup() => _table.Dispose();

    [Benchmark(OperationsPerInvoke = Ahead)]
    public int Find()
    {
        int found = 0;
        for (int i = Next(); found < Ahead; i++) found += _table.Find(_slots[i], _hashes[i], _keys[i]).IsNone ? 0 : 1;
        return found;
    }

    [Benchmark(OperationsPerInvoke = Ahead)]
    public int FindLookingAhead()
    {
        int from = Next();
        for (int i = from; i < from + Ahead; i++) _table.Prefetch(_slots[i], _hashes[i]);
        for (int i = from; i < from + Ahead; i++) _table.PrefetchEntry(_slots[i], _hashes[i]);
        int found = 0;
        for (int i = from; i < from + Ahead; i++) found += _table.Find(_slots[i], _hashes[i], _keys[i]).IsNone ? 0 : 1;
        return found;
    }

    [Benchmark(OperationsPerInvoke = Ahead)]
    public void Overwrite()
    {
        int from = Next();
        for (int i = from; i < from + Ahead; i++) _table.Put(_slots[i], _hashes[i], _keys[i], _value, 0, new Lsn(2), 0);
    }

    /// <summary>With the LRU order kept up, as under a memory budget: each overwrite unlinks and links.</summary>
    [Benchmark(OperationsPerInvoke = Ahead)]
    public void OverwriteInLruOrder()
    {
        _table.TrackRecency = true;
        Overwrite();
        _table.TrackRecency = false;
    }

    /// <summary>Takes a key out and puts it in again: index, objects, links.</summary>
    [Benchmark(OperationsPerInvoke = Ahead)]
    public void RemoveAndInsert()
    {
        int from = Next();
        for (int i = from; i < from + Ahead; i++)
        {
            _table.Remove(_table.Find(_slots[i], _hashes[i], _keys[i]));
            _table.Put(_slots[i], _hashes[i], _keys[i], _value, 0, new Lsn(2), 0);
        }
    }

    private int Next() => _at = (_at + Ahead) % (Keys - Ahead);
}
