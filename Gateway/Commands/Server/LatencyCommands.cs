using System.Text;
using OrleansKv.Gateway.Latency;
using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>LATENCY: spikes of events, and distributions of commands.</summary>
internal static class LatencyCommands
{
    private const CommandFlags Usual = Admin | NoScript | Loading | Stale;

    /// <summary>Histogram buckets run from 1 us to 2^37 ns: all that the counters tell apart.</summary>
    private const int FirstExponent = 10;
    private const int LastExponent = 37;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Container("latency", "server", "2.8.13", "A container for latency diagnostics commands",
            Sub("latest", 2, "Return the latest latency samples for all events.", "", Latest),
            Sub("history", 3, "Return timestamp-latency samples for the event.", "event", History),
            Sub("reset", -2, "Reset latency data for one or more events.", "[event [event ...]]", Reset),
            Sub("graph", 3, "Return a latency graph for the event.", "event", Graph),
            Sub("doctor", 2, "Return a human readable latency analysis report.", "",
                static (Session s, in ArgList _) => s.Output.Verbatim(LatencyDoctor.Report(s.Server))),
            Sub("histogram", -2, "Return the cumulative distribution of latencies of a subset of commands or all.",
                "[command [command ...]]", Histogram),
            SessionCommand.HelpOf("latency", "server", "2.8.13",
                "DOCTOR", "    Return a human readable latency analysis report.",
                "GRAPH <event>", "    Return an ASCII latency graph for the <event> class.",
                "HISTORY <event>", "    Return time-latency samples for the <event> class.",
                "LATEST", "    Return the latest latency samples for all events.",
                "RESET [<event> ...]", "    Reset latency data of one or more <event> classes.",
                "    (default: reset all data for all event classes)",
                "HISTOGRAM [COMMAND ...]",
                "    Return a cumulative distribution of latencies in the format of a histogram for the specified command names.",
                "    If no commands are specified then all histograms are replied.")),
    ];

    private static SessionCommand Sub(string name, int arity, string summary, string syntax, SessionHandler run) =>
        SessionCommand.Of("latency|" + name, arity, Usual, "server", "2.8.13", summary, syntax, run);

    private static void Latest(Session session, in ArgList args)
    {
        List<KeyValuePair<string, LatencySeries>> all = session.Server.Latency.All();
        ReplyWriter reply = session.Output;
        reply.Array(all.Count);
        foreach ((string name, LatencySeries series) in all)
        {
            reply.Array(4);
            reply.Bulk(name);
            reply.Integer(series.Samples[^1].UnixSeconds);
            reply.Integer(series.Samples[^1].Ms);
            reply.Integer(series.MaxMs);
        }
    }

    private static void History(Session session, in ArgList args)
    {
        IReadOnlyList<LatencySample> samples = session.Server.Latency.Find(Encoding.UTF8.GetString(args[2]))?.Samples ?? [];
        session.Output.Array(samples.Count);
        foreach (LatencySample sample in samples)
        {
            session.Output.Array(2);
            session.Output.Integer(sample.UnixSeconds);
            session.Output.Integer(sample.Ms);
        }
    }

    private static void Reset(Session session, in ArgList args)
    {
        var names = new string[args.Count - 2];
        for (int i = 0; i < names.Length; i++) names[i] = Encoding.UTF8.GetString(args[i + 2]);
        session.Output.Integer(session.Server.Latency.Reset(names));
    }

    private static void Graph(Session session, in ArgList args)
    {
        string name = Encoding.UTF8.GetString(args[2]);
        if (session.Server.Latency.Find(name) is { } series)
            session.Output.Verbatim(LatencyGraph.Draw(name, series, session.Server.NowMs / 1000));
        else session.Output.Error($"ERR No samples available for event '{name}'");
    }

    private static void Histogram(Session session, in ArgList args)
    {
        IReadOnlyList<CommandReport> commands = session.Server.Metrics.Commands();
        if (args.Count > 2)
        {
            var names = new List<string>();
            for (int i = 2; i < args.Count; i++) names.Add(Encoding.Latin1.GetString(args[i]).ToLowerInvariant());
            commands = [.. commands.Where(c => names.Any(n => c.Name == n || c.Name.StartsWith(n + "|", StringComparison.Ordinal)))];
        }

        CommandReport[] called = [.. commands.Where(c => c.Calls > 0)];
        ReplyWriter reply = session.Output;
        reply.Map(called.Length);
        foreach (CommandReport command in called)
        {
            reply.Bulk(command.Name);
            reply.Map(2);
            reply.Bulk("calls"u8);
            reply.Integer(command.Calls);
            reply.Bulk("histogram_usec"u8);
            List<(long Us, long Count)> buckets = Buckets(command.Histogram);
            reply.Map(buckets.Count);
            foreach ((long us, long count) in buckets)
            {
                reply.Integer(us);
                reply.Integer(count);
            }
        }
    }

    // Cumulative counts at powers of two, only where they grow, as Redis shows them.
    private static List<(long Us, long Count)> Buckets(HistogramSnapshot histogram)
    {
        var buckets = new List<(long, long)>();
        long seen = 0;
        for (int exponent = FirstExponent; exponent <= LastExponent && seen < histogram.Count; exponent++)
        {
            long count = exponent == LastExponent ? histogram.Count : histogram.CountBelowPowerOfTwo(exponent);
            if (count == seen) continue;
            buckets.Add(((1L << exponent) / 1000, count));
            seen = count;
        }

        return buckets;
    }
}
