using System.Diagnostics;
using System.Globalization;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Bars;

/// <summary>
/// The lines of the latency while a snapshot is written. A load of half GETs, half SETs over all keys at pipeline 1: first without, then
/// during snapshots, one after the other until they have lasted as long as the stretch without. A request counts as "during" if any part
/// of it fell into a snapshot, from BGSAVE being sent to INFO saying that it is over; what falls between two snapshots counts nowhere.
/// Twice: in a closed loop, as the other lines; and at a fixed rate with latencies from when a request was due, because a closed loop
/// sends nothing while a server stands still and so hardly sees it. Thread: the main one.
/// </summary>
internal sealed class SnapshotBars : IBarGroup
{
    private const double OwnLimit = 2.0;
    private const double RestSeconds = 0.2;
    private const double PollSeconds = 0.005;
    private const int MaxSnapshots = 50;
    private const double SnapshotLimitSeconds = 60;

    public IReadOnlyList<string> Names { get; } =
        ["snapshot-closed-own", "snapshot-closed-redis", "snapshot-rate-own", "snapshot-rate-redis"];

    public IEnumerable<BarResult> Measure(BarsContext context)
    {
        using var pair = ServerPair.Start(context, Durability.EverySecond);
        foreach (ChildServer server in pair.Servers) context.Fill(server, BarsContext.FillTtlSeconds);
        foreach (string kind in new[] { "closed", "rate" })
        {
            if (context.Options.Wants($"snapshot-{kind}-own") || context.Options.Wants($"snapshot-{kind}-redis"))
            {
                foreach (BarResult result in Measure(context, pair, kind)) yield return result;
            }
        }
    }

    private static IEnumerable<BarResult> Measure(BarsContext context, ServerPair pair, string kind)
    {
        BarsOptions options = context.Options;
        LoadOptions load = context.Load with
        {
            ReadRatio = 0.5,
            TtlSeconds = BarsContext.FillTtlSeconds,
            DurationSeconds = null,
            Rate = kind == "rate" ? options.SnapshotRate : 0,
        };
        double[][] without = [new double[options.Rounds], new double[options.Rounds]];
        double[][] during = [new double[options.Rounds], new double[options.Rounds]];
        long fewest = long.MaxValue;
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (int s in BarsContext.OrderOf(round))
            {
                LoadResult result = MeasureRound(context, pair.Servers[s], load, out int snapshots, out double seconds);
                without[s][round] = result.All.PercentileNs(99.9) / 1000.0;
                during[s][round] = result.InWindow.PercentileNs(99.9) / 1000.0;
                fewest = Math.Min(fewest, result.InWindow.Count);
                context.Tell(string.Create(CultureInfo.InvariantCulture,
                    $"snapshot-{kind} {round + 1}/{options.Rounds} {pair.Servers[s].Name,-5} p99.9 {without[s][round],8:n0} us without, "
                        + $"{during[s][round],8:n0} us during {snapshots} snapshots of {seconds / snapshots:0.00} s "
                        + $"({result.InWindow.Count:n0} requests)"));
            }
        }

        string loop = kind == "rate"
            ? string.Create(CultureInfo.InvariantCulture, $"{options.SnapshotRate:n0} requests/s, from when due")
            : "closed loop";
        string note = fewest < 10_000 ? string.Create(CultureInfo.InvariantCulture,
            $"as few as {fewest:n0} requests during the snapshots of a round: p99.9 rests on {fewest / 1000} of them") : "";
        if (options.Wants($"snapshot-{kind}-own"))
        {
            RatioOfRounds own = RatioOfRounds.Of(during[0], without[0]);
            RatioOfRounds redisOwn = RatioOfRounds.Of(during[1], without[1]);
            yield return BarResult.Of(
                $"snapshot-{kind}-own", $"p99.9 at pipeline 1 during a snapshot, against without ({loop})", "us during",
                string.Create(CultureInfo.InvariantCulture, $"at most {OwnLimit:0.0}x without one"), during[0], during[1], own,
                own.OfMedians <= OwnLimit,
                string.Create(CultureInfo.InvariantCulture, $"without: ours {Spread.Of(without[0]).Median:n0} us, Redis "
                    + $"{Spread.Of(without[1]).Median:n0} us (Redis' own ratio {redisOwn.OfMedians:0.00}x)")
                    + (note.Length > 0 ? "; " + note : ""));
        }

        if (options.Wants($"snapshot-{kind}-redis"))
        {
            RatioOfRounds ratio = RatioOfRounds.Of(during[0], during[1]);
            yield return BarResult.Of(
                $"snapshot-{kind}-redis", $"p99.9 at pipeline 1 during a snapshot, against Redis during BGSAVE ({loop})", "us during",
                "below Redis'", during[0], during[1], ratio, ratio.OfMedians < 1, note);
        }
    }

    private static LoadResult MeasureRound(
        BarsContext context, ChildServer server, LoadOptions load, out int snapshots, out double snapshotSeconds)
    {
        using ControlClient control = server.Connect();
        using LoadRun run = LoadRun.Start(server.EndPoint, load, context.Cancel);
        context.Pause(load.WarmupSeconds + context.Options.Seconds);
        long baselineEnd = 0;
        snapshots = 0;
        snapshotSeconds = 0;
        while (snapshots < MaxSnapshots && snapshotSeconds < context.Options.Seconds && !run.Plan.Stop)
        {
            long from = Stopwatch.GetTimestamp();
            baselineEnd = snapshots == 0 ? from : baselineEnd;
            run.Plan.Window = new SnapshotWindow(baselineEnd, from, long.MaxValue);
            control.Require("BGSAVE");
            AwaitEnd(context, control, server, from);
            long to = Stopwatch.GetTimestamp();
            run.Plan.Window = new SnapshotWindow(baselineEnd, from, to);
            snapshots++;
            snapshotSeconds += Stopwatch.GetElapsedTime(from, to).TotalSeconds;
            context.Pause(RestSeconds);
        }

        run.Plan.EndNow();
        LoadResult result = run.Wait();
        if (result.Outcomes.Errors + result.WarmupErrors > 0)
            throw new BenchException($"{server.Name} answered with errors: {string.Join(" | ", result.ErrorSamples)}");
        if (result.Unsent > result.Requests / 1000)
        {
            throw new BenchException(
                $"{server.Name} did not keep up with --snapshot-rate: {result.Unsent} requests were not sent; lower it.");
        }

        return result;
    }

    private static void AwaitEnd(BarsContext context, ControlClient control, ChildServer server, long from)
    {
        while (control.Info("persistence", "rdb_bgsave_in_progress") != "0")
        {
            if (Stopwatch.GetElapsedTime(from).TotalSeconds > SnapshotLimitSeconds)
            {
                throw new BenchException(
                    $"{server.Name}: a snapshot was not over (INFO persistence, rdb_bgsave_in_progress:0) after {SnapshotLimitSeconds} s.");
            }

            context.Pause(PollSeconds);
        }

        if (control.Info("persistence", "rdb_last_bgsave_status") is string status && status != "ok")
            throw new BenchException($"{server.Name}: the snapshot failed (rdb_last_bgsave_status:{status}).");
    }
}
