using System.Diagnostics;

namespace OrleansKv.Tests.Support;

/// <summary>Waits for what a test cannot be told of, with a bound that is far beyond what it takes; says what it waited for.</summary>
public static class Poll
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public static Task UntilAsync(string what, Func<bool> condition) => UntilAsync(what, () => Task.FromResult(condition()));

    /// <param name="condition">An exception counts as "not yet", and is in the message when time is up.</param>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        long start = Stopwatch.GetTimestamp();
        Exception? last = null;
        while (Stopwatch.GetElapsedTime(start) < Bound)
        {
            try
            {
                if (await condition()) return;
                last = null;
            }
            catch (Exception error)
            {
                last = error;
            }

            await Task.Delay(Interval);
        }

        throw new TimeoutException($"Waited {Bound.TotalSeconds} s for {what}.", last);
    }
}
