using System.Diagnostics;
using System.Globalization;
using System.Text;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Bench.Bars;

/// <summary>
/// Two silos of one cluster on the same CPU, in folders of their own; node2 has joined and has its shards. Thread: the main one.
/// </summary>
internal sealed class TwoSilos : IDisposable
{
    private const int SettleLimitMs = 300_000; // a shard of 2 GiB takes a minute
    private const int PollMs = 20;

    // As ServerCommand starts them.
    private const int Shards = 32;

    private readonly BarsContext _context;
    private readonly Durability _durability;
    private readonly TemporaryFolder _folder1;
    private readonly TemporaryFolder _folder2;
    private readonly bool[] _slotsOfSecond = new bool[SlotId.Count];

    /// <param name="context">The run.</param>
    /// <param name="durability">Of both.</param>
    /// <param name="alone">Is called while the first node has all shards, before the second one is started; may be null.</param>
    public TwoSilos(BarsContext context, Durability durability, Action<ChildServer>? alone = null)
    {
        _context = context;
        _durability = durability;
        _folder1 = new TemporaryFolder(context.Options.DataFolder);
        _folder2 = new TemporaryFolder(context.Options.DataFolder);
        try
        {
            First = ChildServer.Start(context, context.Commands[0], durability, _folder1.Path);
            alone?.Invoke(First);
            Second = StartSecond();
            AwaitShards();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ChildServer First { get; private set; } = null!;
    public ChildServer Second { get; private set; } = null!;

    /// <summary>Slots of the second node's shards, one of each.</summary>
    public IReadOnlyList<SlotId> SlotOfEachShardOfSecond { get; private set; } = [];

    /// <summary>The load of the table, with keys of the second node alone.</summary>
    public LoadOptions LoadOnSecond()
    {
        // Half of the slots and more: enough numbers for all keys even if the second node has but a quarter.
        var encoder = new RequestEncoder(_context.Load with { Keys = _context.Options.Keys * 4 });
        int[] numbers = [.. Enumerable.Range(0, (int)_context.Options.Keys * 4).Where(n => _slotsOfSecond[Slot.Of(encoder.KeyOf(n)).Value])
            .Take((int)_context.Options.Keys)];
        if (numbers.Length < _context.Options.Keys
            || RequestEncoder.DigitsOf(numbers[^1] + 1L) != RequestEncoder.DigitsOf(_context.Options.Keys * 4))
        {
            throw new BenchException(
                $"The second node has too few slots ({_slotsOfSecond.Count(s => s)}) for {_context.Options.Keys} keys.");
        }

        return _context.Load with { KeyNumbers = numbers };
    }

    /// <summary>
    /// Kills the second node, starts it again on its folder and waits until each of its shards answers, asked through either node. Seconds
    /// since the start of the process.
    /// </summary>
    public double KillAndRestartSecond()
    {
        Second.Kill();
        Second.Dispose();
        long began = Stopwatch.GetTimestamp();
        Second = StartSecond();
        using ControlClient first = First.Connect(), second = Second.Connect();
        foreach (SlotId slot in SlotOfEachShardOfSecond)
        {
            string key = KeyIn(slot);
            Await(() => first.Send("GET", key).Kind != ReplyKind.Error && second.Send("GET", key).Kind != ReplyKind.Error,
                "its shards to answer");
        }

        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    public void Dispose()
    {
        Second?.Dispose();
        First?.Dispose();
        _folder2.Dispose();
        _folder1.Dispose();
    }

    private ChildServer StartSecond()
    {
        ServerCommand ours = _context.Commands[0];
        string[] joins = ["--node-id", "node2", "--join", $"127.0.0.1:{First.SecondPort}"];
        return ChildServer.Start(_context, ours with { Name = "node2", Program = [.. ours.Program, .. joins] }, _durability, _folder2.Path);
    }

    // The nodes' ring decides who gets what; node1 joined first.
    private void AwaitShards()
    {
        var slots = new Dictionary<int, SlotId>();
        foreach ((SlotId slot, int shard, bool isOfSecond) in Slots())
        {
            _slotsOfSecond[slot.Value] = isOfSecond;
            if (isOfSecond) slots[shard] = slot;
        }

        SlotOfEachShardOfSecond = [.. slots.Values];
        int expected = _slotsOfSecond.Count(s => s);
        using ControlClient first = First.Connect(), second = Second.Connect();
        Await(() => SlotsOfSecond(first) == expected && SlotsOfSecond(second) == expected, "the second node to have its shards");
    }

    // "id host:port@bus flags master since ping pong epoch link range range ..."
    private int SlotsOfSecond(ControlClient client)
    {
        string? line = client.Require("CLUSTER", "NODES").Split('\n')
            .FirstOrDefault(l => l.Contains($":{Second.EndPoint.Port}@", StringComparison.Ordinal));
        int count = 0;
        foreach (string range in line?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(8) ?? [])
        {
            int[] ends = [.. range.Split('-').Select(e => int.Parse(e, CultureInfo.InvariantCulture))];
            count += ends[^1] - ends[0] + 1;
        }

        return count;
    }

    /// <summary>Every slot with its shard, and whether that goes to the second node.</summary>
    public static IEnumerable<(SlotId Slot, int Shard, bool IsOfSecond)> Slots()
    {
        SlotMap shards = SlotMap.Create(Shards);
        var nodes = new HashRing(2);
        for (int slot = 0; slot < SlotId.Count; slot++)
        {
            int shard = shards.OwnerOf(new SlotId((ushort)slot)).Value;
            yield return (new SlotId((ushort)slot), shard, (int)nodes.OwnerOf(new SlotId((ushort)shard)) == 1);
        }
    }

    public static string KeyIn(SlotId slot) =>
        Enumerable.Range(0, int.MaxValue).Select(i => string.Create(CultureInfo.InvariantCulture, $"probe:{i}"))
        .First(k => Slot.Of(Encoding.ASCII.GetBytes(k)) == slot);

    private void Await(Func<bool> condition, string what)
    {
        long began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(began).TotalMilliseconds > SettleLimitMs)
                throw new BenchException($"Waited {SettleLimitMs / 1000} s in vain for {what}.");
            _context.Pause(PollMs / 1000.0);
        }
    }
}
