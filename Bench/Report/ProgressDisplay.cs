using System.Globalization;
using Spectre.Console;

namespace OrleansKv.Bench.Report;

/// <summary>The progress bar: on a terminal only, never when the output is redirected. Thread: the main one.</summary>
internal sealed class ProgressDisplay
{
    private readonly ProgressContext? _context;
    private ProgressTask? _task;
    private long _lastReplies;
    private double _lastPart;

    private ProgressDisplay(ProgressContext? context) => _context = context;

    public static void Run(bool wanted, Action<ProgressDisplay> work)
    {
        if (!wanted || Console.IsOutputRedirected)
        {
            work(new ProgressDisplay(null));
            return;
        }

        Progress progress = AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn());
        // Each drawing costs the generator's core about a millisecond: four a second.
        progress.RefreshRate = TimeSpan.FromMilliseconds(250);
        progress.Start(context => work(new ProgressDisplay(context)));
    }

    /// <summary>Begins a new line; what it returns takes the part done (0 to 1) and the replies so far. Null: no display.</summary>
    public Action<double, long>? Show(string what)
    {
        if (_context is null) return null;
        if (_task is not null)
        {
            _task.Value = 1;
            _task.StopTask();
        }

        (_lastReplies, _lastPart) = (0, 0);
        ProgressTask task = _task = _context.AddTask(Markup.Escape(what), maxValue: 1);
        long lastTs = System.Diagnostics.Stopwatch.GetTimestamp();
        return (part, replies) =>
        {
            double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(lastTs).TotalSeconds;
            lastTs = System.Diagnostics.Stopwatch.GetTimestamp();
            double rate = seconds > 0 ? (replies - _lastReplies) / seconds : 0;
            _lastReplies = replies;
            _lastPart = Math.Max(_lastPart, part);
            task.Value = _lastPart;
            task.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{what} {rate,10:n0}/s"));
        };
    }
}
