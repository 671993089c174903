using System.Diagnostics;
using System.Net;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Platform;

namespace OrleansKv.Bench.Load;

/// <summary>
/// One run against one server: opens the connections, starts the workers, waits, gathers. All connections are open before the first
/// request; none is left open after; a worker's failure stops the others and is thrown by Wait. Thread: the one that made it.
/// </summary>
internal sealed class LoadRun : IDisposable
{
    private const int ProgressMs = 250;

    private readonly LoadOptions _options;
    private readonly List<Worker> _workers = [];
    private readonly List<Thread> _threads = [];
    private readonly CancellationTokenRegistration _onCancel;
    private readonly CancellationToken _cancel;
    private Exception? _failure;

    private LoadRun(LoadOptions options, RunPlan plan, CancellationToken cancel)
    {
        _options = options;
        _cancel = cancel;
        Plan = plan;
        _onCancel = cancel.Register(plan.RequestStop);
    }

    public RunPlan Plan { get; }

    /// <summary>SETs every key once, 64 in flight a connection at the least; not a measurement.</summary>
    public static LoadRun StartFill(IPEndPoint server, LoadOptions options, CancellationToken cancel)
    {
        LoadOptions fill = options with
        {
            Requests = options.Keys,
            DurationSeconds = null,
            WarmupSeconds = 0,
            Rate = 0,
            Pipeline = Math.Max(options.Pipeline, (int)Math.Clamp((1 << 20) / (options.ValueSize + 1L), 1, 64)),
        };
        return Start(server, fill, fill: true, cancel);
    }

    /// <param name="cpu">Pins the workers to one processor; null: wherever this process may run.</param>
    public static LoadRun Start(IPEndPoint server, LoadOptions options, CancellationToken cancel, int? cpu = null) =>
        Start(server, options, fill: false, cancel, cpu);

    /// <summary>Waits for the end; <paramref name="progress"/> gets the part done (0 to 1) and the replies so far.</summary>
    public LoadResult Wait(Action<double, long>? progress = null)
    {
        foreach (Thread thread in _threads)
        {
            while (!thread.Join(ProgressMs)) Report(progress);
        }

        _cancel.ThrowIfCancellationRequested();
        if (_failure is not null) throw _failure as BenchException ?? new BenchException($"The load failed: {_failure.Message}");
        return LoadResult.Of(Plan, _workers);
    }

    public void Dispose()
    {
        Plan.RequestStop();
        _threads.ForEach(t => t.Join());
        _workers.ForEach(w => w.Dispose());
        _onCancel.Dispose();
    }

    private static LoadRun Start(IPEndPoint server, LoadOptions options, bool fill, CancellationToken cancel, int? cpu = null)
    {
        var run = new LoadRun(options, new RunPlan(options.Requests), cancel);
        try
        {
            for (int i = 0; i < options.Threads; i++)
            {
                int connections = (options.Connections / options.Threads) + (i < options.Connections % options.Threads ? 1 : 0);
                run._workers.Add(new Worker(run.Plan, TimeProvider.System, options, server, i, connections, fill));
                cancel.ThrowIfCancellationRequested();
            }

            run.Plan.StartAt(Stopwatch.GetTimestamp(), options.WarmupSeconds, options.DurationSeconds);
            foreach (Worker worker in run._workers)
            {
                var thread = new Thread(() => run.Drive(worker, cpu)) { Name = "load", IsBackground = true };
                run._threads.Add(thread);
                thread.Start();
            }

            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private void Drive(Worker worker, int? cpu)
    {
        try
        {
            if (cpu is int pinned) CpuPin.CurrentThread(pinned);
            worker.Run();
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            Plan.RequestStop();
        }
    }

    private void Report(Action<double, long>? progress)
    {
        if (progress is null) return;
        double seconds = RunPlan.ToNs(Stopwatch.GetTimestamp() - Plan.StartTs) / 1e9;
        long replies = _workers.Sum(w => w.Tally.Replies);
        double byTime = _options.DurationSeconds is double d ? seconds / (d + _options.WarmupSeconds) : 0;
        double byCount = _options.Requests is long n
            && seconds > _options.WarmupSeconds ? _workers.Sum(w => w.Tally.Outcomes.Total) / (double)n : 0;
        progress(Math.Min(Math.Max(byTime, byCount), 1), replies);
    }
}
