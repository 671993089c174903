using System.Globalization;
using System.Text;
using OrleansKv.Gateway.Latency;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>LATENCY DOCTOR: what the spikes may come from, in Redis' voice where it says the same.</summary>
internal static class LatencyDoctor
{
    public static string Report(GatewayServer server)
    {
        if (server.Latency.ThresholdMs == 0)
        {
            return "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Redis instance. You may use \"CONFIG SET "
                + "latency-monitor-threshold <milliseconds>.\" in order to enable it. If we weren't in a deep space mission I'd suggest "
                + "to take a look at https://redis.io/topics/latency-monitor.\n";
        }

        List<KeyValuePair<string, LatencySeries>> all = server.Latency.All();
        if (all.Count == 0)
        {
            return "Dave, no latency spike was observed during the lifetime of this Redis instance, not in the slightest bit. I honestly "
                + "think you ought to sit down calmly, take a stress pill, and think things over.\n";
        }

        var text = new StringBuilder(
            "Dave, I have observed latency spikes in this Redis instance. You don't mind talking about it, do you Dave?\n\n");
        long now = server.NowMs / 1000;
        for (int i = 0; i < all.Count; i++) Describe(text, i + 1, all[i].Key, all[i].Value, now);
        text.Append("\nI have a few advices for you:\n\n");
        foreach (string advice in Advices(server, [.. all.Select(e => e.Key)])) text.Append("- ").Append(advice).Append('\n');
        return text.ToString();
    }

    private static void Describe(StringBuilder text, int number, string name, LatencySeries series, long now)
    {
        IReadOnlyList<LatencySample> samples = series.Samples;
        long average = samples.Sum(s => s.Ms) / samples.Count;
        long deviation = samples.Sum(s => Math.Abs(s.Ms - average)) / samples.Count;
        double period = Math.Max(1, now - samples[0].UnixSeconds) / (double)samples.Count;
        text.Append(CultureInfo.InvariantCulture,
            $"{number}. {name}: {samples.Count} latency spikes (average {average}ms, mean deviation {deviation}ms, period {period:F2} "
                + $"sec). Worst all time event {series.MaxMs}ms.\n");
    }

    private static IEnumerable<string> Advices(GatewayServer server, string[] names)
    {
        long slowUs = server.Config.Current.SlowlogSlowerThanUs, thresholdUs = server.Latency.ThresholdMs * 1000;
        if (names.Contains(LatencyMonitor.Command) || names.Contains(LatencyMonitor.FastCommand))
        {
            if (slowUs < 0 || slowUs > thresholdUs)
            {
                yield return slowUs < 0
                    ? string.Create(CultureInfo.InvariantCulture, $"There are latency issues with potentially slow commands you are "
                    + $"using. Try to enable the Slow Log Redis feature using the command 'CONFIG SET slowlog-log-slower-than "
                    + $"{thresholdUs}'.")
                    : string.Create(CultureInfo.InvariantCulture, $"Your current Slow Log configuration only logs events that are slower "
                    + $"than your configured latency monitor threshold. Please use 'CONFIG SET slowlog-log-slower-than {thresholdUs}'.");
            }

            yield return "Check your Slow Log to understand what are the commands you are running which are too slow to execute. Please "
                + "check https://redis.io/commands/slowlog for more information.";
        }

        if (names.Any(n => n.StartsWith("aof-", StringComparison.Ordinal)))
        {
            yield return "The disk of the journal is slow. 'appendfsync everysec' lets replies go before the flush; a disk of its own "
                + "for the data folder keeps other programs' writes away.";
        }

        if (names.Contains(LatencyMonitor.ExpireCycle) || names.Contains(LatencyMonitor.EvictionCycle))
        {
            yield return "Many keys expire or are evicted at once. Spread the times to live, or raise maxmemory.";
        }
    }
}
