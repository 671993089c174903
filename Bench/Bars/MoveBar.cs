using System.Globalization;
using OrleansKv.Bench.Load;
using OrleansKv.Protocol;

namespace OrleansKv.Bench.Bars;

/// <summary>
/// The line of a shard that moves to another silo while clients use it. One shard has values of 4 KiB; a second silo joins and takes it.
/// Probes use its keys through the first silo all the time, and keys of a shard that stays: the longest reply of each counts. The main
/// thread, and the probes' own.
/// </summary>
internal sealed class MoveBar : IBarGroup
{
    private const string Line = "move";
    private const double LimitMs = 50;
    private const int ValueBytes = 4096;

    /// <summary>Keys of one MSET, 256 KiB.</summary>
    private const int KeysASet = 64;

    public IReadOnlyList<string> Names { get; } = [Line];

    public IEnumerable<BarResult> Measure(BarsContext context)
    {
        if (!context.Options.Wants(Line)) yield break;
        double[] moving = new double[context.Options.Rounds], staying = new double[context.Options.Rounds];
        long errors = 0, grown = 0;
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            (MoveProbe Moving, MoveProbe Staying, MemoryProbe Memory)? probes = null;
            try
            {
                using var silos = new TwoSilos(context, Durability.EverySecond, first => probes = Start(context, first));
                moving[round] = probes!.Value.Moving.Stop();
                staying[round] = probes.Value.Staying.Stop();
                grown = Math.Max(grown, probes.Value.Memory.Stop());
                errors += probes.Value.Moving.Errors + probes.Value.Staying.Errors;
            }
            finally
            {
                probes?.Moving.Dispose();
                probes?.Staying.Dispose();
                probes?.Memory.Dispose();
            }

            context.Tell(string.Create(CultureInfo.InvariantCulture,
                $"{Line} {round + 1}/{context.Options.Rounds}: longest reply {moving[round]:0.0} ms, of keys that stay "
                    + $"{staying[round]:0.0} ms"));
        }

        double median = Stats.Spread.Of(moving).Median;
        yield return BarResult.Of(Line,
            string.Create(CultureInfo.InvariantCulture,
                $"a shard of {context.Options.MoveMiB} MiB moves to another silo: longest reply for one of its keys"),
            "ms", string.Create(CultureInfo.InvariantCulture, $"at most {LimitMs:0} ms, no error"), moving, staying, null,
            median <= LimitMs && errors == 0,
            string.Create(CultureInfo.InvariantCulture,
                $"the second figure: keys of a shard that stays; {errors} errors; the old home took {grown} MiB more at the most"));
    }

    private static (MoveProbe Moving, MoveProbe Staying, MemoryProbe Memory) Start(BarsContext context, ChildServer first)
    {
        SlotId moving = TwoSilos.Slots().First(s => s.IsOfSecond).Slot, staying = TwoSilos.Slots().First(s => !s.IsOfSecond).Slot;
        string tag = "{" + TwoSilos.KeyIn(moving) + "}";
        long keys = context.Options.MoveMiB * 1024L * 1024 / ValueBytes;
        Fill(context, first, tag, keys);
        return (new MoveProbe(first, tag, keys, ValueBytes), new MoveProbe(first, "{" + TwoSilos.KeyIn(staying) + "}", 1_000, ValueBytes),
            new MemoryProbe(first));
    }

    private static void Fill(BarsContext context, ChildServer server, string tag, long keys)
    {
        using ControlClient client = server.Connect();
        var value = new string('v', ValueBytes);
        for (long at = 0; at < keys; at += KeysASet)
        {
            context.Cancel.ThrowIfCancellationRequested();
            var words = new List<string> { "MSET" };
            for (long key = at; key < Math.Min(at + KeysASet, keys); key++)
            {
                words.Add(MoveProbe.KeyOf(tag, key));
                words.Add(value);
            }

            client.Require([.. words]);
        }
    }
}
