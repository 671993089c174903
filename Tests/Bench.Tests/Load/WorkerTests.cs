using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Stats;

namespace OrleansKv.Bench.Tests.Load;

/// <summary>
/// One worker, one connection at pipeline 1, against a server that alone moves the clock: it does so before it replies,
/// and the worker reads the clock only after it has received, so every latency is known to the tick.
/// </summary>
public sealed class WorkerTests
{
    private const int Count = 200;
    private const double StallMs = 1000;
    private const long MsNs = 1_000_000;

    private static readonly LoadOptions Options = new()
    {
        Mix = CommandMix.Set,
        Keys = 100,
        KeySize = 8,
        ValueSize = 10,
        WarmupSeconds = 0,
        Requests = Count,
    };

    /// <summary>
    /// A request a millisecond; the first reply comes after a second, every later one a millisecond after the one before. By then
    /// all were due, each a millisecond after the one before, so each is a whole second late. Counted from when it was sent,
    /// it would be a millisecond.
    /// </summary>
    [Fact]
    public void OpenLoop_AfterAStall_CountsEveryRequestFromWhenItWasDue()
    {
        using Run run = Run.Of(Options with { Rate = 1000 }, (clock, number) => clock.SetMs(StallMs + number));
        LoadResult result = run.Result;
        Assert.Equal((Count, Count, 0), (result.Requests, result.All.Count, result.Unsent));
        AssertNear(1000 * MsNs, result.All.MinNs);
        AssertNear(1000 * MsNs, result.All.MaxNs);
        AssertNear((1000 + Count - 1) * MsNs, result.ElapsedNs);
    }

    /// <summary>The same server, closed loop: the stall shows once, because nothing was sent meanwhile. The report says so.</summary>
    [Fact]
    public void ClosedLoop_AfterAStall_CountsFromWhenARequestWasSent()
    {
        using Run run = Run.Of(Options, (clock, number) => clock.SetMs(StallMs + number));
        LatencyHistogram all = run.Result.All;
        Assert.Equal(Count, all.Count);
        AssertNear(1000 * MsNs, all.MaxNs);
        AssertNear(1 * MsNs, all.MinNs);
        Assert.InRange(all.PercentileNs(99.5), MsNs, MsNs + (MsNs / 500));
        Assert.Contains("subject to coordinated omission", Options.LoopText, StringComparison.Ordinal);
    }

    /// <summary>
    /// Half a second at a request a millisecond, and a server that needs 100 ms each: 5 replies, the last as the time is up.
    /// The other 495 were due and are counted with what they had waited.
    /// </summary>
    [Fact]
    public void OpenLoop_ThatTheServerCannotFollow_CountsWhatWasNeverSent()
    {
        LoadOptions options = Options with { Rate = 1000, Requests = null, DurationSeconds = 0.5 };
        using Run run = Run.Of(options, (clock, number) => clock.SetMs(100 * (number + 1)));
        LoadResult result = run.Result;
        Assert.Equal((5, 495, 500), (result.Requests, result.Unsent, result.All.Count));
        // Request 4 was due at 4 ms and answered at 500 ms; request 5, the oldest never sent, had waited 495 ms by then.
        AssertNear(496 * MsNs, result.All.MaxNs);
        // Request 499 was due at 499 ms and had waited 1 ms at the end.
        AssertNear(1 * MsNs, result.All.MinNs);
        Assert.Equal(10, result.RequestsPerSecond, 1e-3);
    }

    /// <summary>
    /// So far behind that all replies of the measured half second answer requests of the warm-up: the throughput is theirs, 11
    /// from 100 ms to 600 ms; the latencies are of the 500 that were due in it, none of them sent.
    /// </summary>
    [Fact]
    public void OpenLoop_ThatIsBehindByTheWholeWarmup_CountsTheRepliesOfTheMeasuredTime()
    {
        LoadOptions options = Options with { Rate = 1000, WarmupSeconds = 0.1, Requests = null, DurationSeconds = 0.5 };
        using Run run = Run.Of(options, (clock, number) => clock.SetMs(50 * (number + 1)));
        LoadResult result = run.Result;
        Assert.Equal((0, 500, 500), (result.Requests, result.Unsent, result.All.Count));
        AssertNear(500 * MsNs, result.ElapsedNs);
        Assert.Equal(22, result.RequestsPerSecond, 1e-3);
    }

    [Fact]
    public void Warmup_IsSentButNotCounted_AndItsErrorsAreCountedApart()
    {
        LoadOptions options = Options with { WarmupSeconds = 0.1, Requests = null, DurationSeconds = 0.1 };
        using Run run = Run.Of(options, (clock, number) => clock.SetMs(10 * (number + 1)), (number, _) => number == 3
            ? "-ERR early\r\n"
            : "+OK\r\n");
        LoadResult result = run.Result;
        Assert.Equal(10, result.Requests);
        Assert.Equal(1, result.WarmupErrors);
        Assert.Equal(0, result.Outcomes.Errors);
        Assert.Equal(["ERR early"], result.ErrorSamples);
        Assert.Equal(100, result.RequestsPerSecond, 1e-3);
    }

    [Fact]
    public void Errors_InTheMeasuredTime_AreCountedAndSampled()
    {
        using Run run = Run.Of(Options, (clock, number) => clock.SetMs(number + 1), (number, _) => number % 4 == 0
            ? "-OOM no room\r\n"
            : "+OK\r\n");
        Assert.Equal((Count / 4, Count * 3 / 4), (run.Result.Outcomes[ReplyOutcome.SetError], run.Result.Outcomes[ReplyOutcome.Stored]));
        Assert.Equal(["OOM no room"], run.Result.ErrorSamples);
    }

    [Fact]
    public void Fill_SetsEveryKeyOnceInOrder()
    {
        var keys = new List<string>();
        LoadOptions options = Options with { Requests = Options.Keys };
        using Run run = Run.Of(options, (clock, number) => clock.SetMs(number + 1), (_, request) =>
        {
            keys.Add(request[1]);
            return "+OK\r\n";
        }, fill: true);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"key:{i:0000}"), keys);
    }

    [Fact]
    public void AServerThatCloses_EndsTheRunWithAWord()
    {
        var e = Assert.Throws<BenchException>(
            () => Run.Of(Options, (clock, number) => clock.SetMs(number + 1), (number, _) => number < 5 ? "+OK\r\n" : null));
        Assert.Equal("The server closed a connection during the run.", e.Message);
    }

    [Fact]
    public void AReplyThatNothingAskedFor_EndsTheRunWithAWord()
    {
        var e = Assert.Throws<BenchException>(
            () => Run.Of(Options, (clock, number) => clock.SetMs(number + 1), (_, _) => "+OK\r\n+OK\r\n"));
        Assert.Equal("The server sent a reply that no request had asked for.", e.Message);
    }

    // A tick is a nanosecond where we test; elsewhere it may be 100, and each end of a latency is rounded by one.
    private static void AssertNear(long expectedNs, long actualNs) => Assert.InRange(actualNs, expectedNs - 200, expectedNs + 200);

    private sealed class Run : IDisposable
    {
        private const int LimitMs = 30_000;
        private readonly ScriptedServer _server;
        private readonly Worker _worker;

        private Run(ScriptedServer server, Worker worker, LoadResult result) => (_server, _worker, Result) = (server, worker, result);

        public LoadResult Result { get; }

        public static Run Of(
            LoadOptions options, Action<DrivenClock, int> beforeReply, Func<int, string[], string?>? reply = null, bool fill = false)
        {
            var clock = new DrivenClock();
            var plan = new RunPlan(options.Requests);
            var server = new ScriptedServer((number, request) =>
            {
                beforeReply(clock, number);
                return reply is null ? "+OK\r\n" : reply(number, request);
            });
            Worker? worker = null;
            try
            {
                worker = new Worker(plan, clock, options, server.EndPoint, index: 0, connections: 1, fill);
                plan.StartAt(0, options.WarmupSeconds, options.DurationSeconds);
                Exception? failure = null;
                var thread = new Thread(() => failure = Record.Exception(worker.Run)) { IsBackground = true };
                thread.Start();
                bool ended = thread.Join(LimitMs);
                plan.RequestStop();
                Assert.True(ended || !thread.Join(LimitMs), $"the run did not end by itself; {worker.Tally.Replies} replies came");
                return failure is null ? new Run(server, worker, LoadResult.Of(plan, [worker])) : throw failure;
            }
            catch
            {
                worker?.Dispose();
                server.Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            _worker.Dispose();
            _server.Dispose();
        }
    }
}
