using System.Diagnostics;
using OrleansKv.Protocol.Batches;

namespace OrleansKv.Engine.Batches;

/// <summary>
/// Finds the slow items of a batch for SLOWLOG and LATENCY. A clock reading a command would be a tenth of a quick one's time: batches of
/// quick commands are timed as a whole, unless even what takes less than 1 ms counts as slow. One thread.
/// </summary>
internal struct BatchTimer
{
    private const long WholeTimingNs = 1_000_000;

    private long _slowNs;
    private bool _each;
    private long _started;

    /// <param name="slowNs">What counts as slow; <see cref="long.MaxValue"/>: nothing.</param>
    /// <param name="hasSlowKinds">The batch has commands that may take long.</param>
    public void Begin(long slowNs, bool hasSlowKinds)
    {
        _slowNs = slowNs;
        if (slowNs == long.MaxValue) return;
        _each = hasSlowKinds || slowNs < WholeTimingNs;
        _started = Stopwatch.GetTimestamp();
    }

    /// <summary>An item has run.</summary>
    public void Ended(int item, BatchReply reply)
    {
        if (!_each || _slowNs == long.MaxValue) return;
        long now = Stopwatch.GetTimestamp();
        long ns = (long)Stopwatch.GetElapsedTime(_started, now).TotalNanoseconds;
        _started = now;
        if (ns >= _slowNs) reply.AddSlow(new SlowItem(item, ns));
    }

    /// <summary>
    /// All have run. Of quick ones that took long together the one with the longest reply stands for all, as the likeliest.
    /// </summary>
    public readonly void EndedAll(BatchReply reply, BatchReader items)
    {
        if (_each || _slowNs == long.MaxValue || reply.Count == 0) return;
        long ns = (long)Stopwatch.GetElapsedTime(_started).TotalNanoseconds;
        if (ns < _slowNs) return;
        int longest = 0;
        for (int i = 1; i < reply.Count; i++)
        {
            if (reply[i].Length > reply[longest].Length) longest = i;
        }

        if (items[longest].Index < BatchFormat.Version) reply.AddSlow(new SlowItem(longest, ns));
    }
}
