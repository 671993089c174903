using BenchmarkDotNet.Attributes;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Bench.Micro;

/// <summary>Appending 64 SETs and handing them to the kernel with one write: what a turn of an I/O thread does under everysec.</summary>
[MemoryDiagnoser]
public class JournalBenchmarks
{
    private const int Records = 64;
    private readonly byte[] _key = "key:000000000001"u8.ToArray();
    private readonly byte[] _value = new byte[64];
    private string _folder = "";
    private JournalLog _journal = null!;
    private long _lsn;

    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("orleanskv-bench-").FullName;
        _journal = JournalLog.Create(new PhysicalDisk(_folder), 1, new JournalOptions(), TimeProvider.System);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public bool AppendAndCommit()
    {
        for (int i = 0; i < Records; i++)
        {
            var position = new LogPosition(new Epoch(1), new Lsn(++_lsn));
            _journal.Append(default, position, new Effect(EffectKind.Set, _key, _value, 0, 0));
        }

        // Old segments would fill the disk of a long run.
        if (_lsn % (1 << 20) == 0) _journal.TruncateBefore(_journal.Written);
        return _journal.Commit(_journal.Appended, Durability.No);
    }
}
