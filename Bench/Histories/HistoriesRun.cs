using OrleansKv.Bench.Histories.Cluster;
using OrleansKv.Bench.Histories.Faults;
using OrleansKv.Bench.Histories.Traffic;
using OrleansKv.Bench.Histories.Validation;

namespace OrleansKv.Bench.Histories;

/// <summary>
/// One run: the nodes, their clients, what happens to the nodes, and the check. Thread: the main one, to which the nodes are tied.
/// </summary>
internal static class HistoriesRun
{
    /// <param name="options">The command line.</param>
    /// <param name="folder">Where data folders and logs go.</param>
    /// <param name="tell">Hears what happens.</param>
    /// <param name="cancel">Ends it.</param>
    public static HistoriesResult Of(HistoriesOptions options, string folder, Action<string> tell, CancellationToken cancel)
    {
        DateTimeOffset startedAt = DateTimeOffset.UtcNow;
        using var silos = new ReplicatedSilos(options.Server, Arguments(options), folder, options.HasNetwork, cancel);
        silos.Found();
        if (options.CoreError is { } error) silos.PutInError(error);
        tell($"three nodes are level; {options.Clients} clients begin");

        var progress = new TrafficProgress(options.Operations, TimeSpan.FromSeconds(options.Seconds), cancel);
        FaultPlan? plan = options.Fault == FaultChoice.None
            ? null
            : new FaultPlan(options.Fault, options.Seed, silos.Nodes.Count, options.HasNetwork);
        var faults = new FaultInjector(silos, plan, TimeSpan.FromSeconds(options.PauseSeconds), progress, tell);
        var operations = new List<RecordedOperation>();
        TrafficClient[] clients = StartClients(options, silos, progress);
        try
        {
            faults.Run();
        }
        finally
        {
            progress.Stop();
            foreach (TrafficClient client in clients) operations.AddRange(client.Join());
        }

        TimeSpan duration = progress.Now;
        cancel.ThrowIfCancellationRequested();
        tell(FormattableString.Invariant($"{duration.TotalSeconds,6:0.0} s  the traffic is over; waiting for all copies to be level"));
        string? notLevel = silos.AwaitLevel(faults.Tend);
        var last = new FinalReads(silos, progress, options.Clients - 1 + operations.Max(o => o.Process) + 1);
        foreach (TrafficKey key in operations.Select(o => o.Key).Distinct()) last.Read(key);
        operations.AddRange(last.Recorded);

        tell("checking the histories");
        KeyVerdict[] keys =
        [
            .. operations.GroupBy(o => o.Key).OrderBy(k => k.Key.Place).ThenBy(k => k.Key.Name, StringComparer.Ordinal)
                .Select(k => KeyVerdict.Of(KeyHistory.Of(k.Key, k))),
        ];
        return new HistoriesResult
        {
            Options = options,
            StartedAt = startedAt,
            Duration = duration,
            Operations = operations,
            Faults = faults.Faults,
            Ends = faults.Ends,
            Keys = keys,
            Problems =
            [
                .. notLevel is null ? Array.Empty<string>() : [notLevel],
                .. last.Problems,
                .. keys.Select(k => LostWrites.Of(k.History) is { } lost ? $"{k.History.Key.Name}: {lost}" : null).OfType<string>(),
            ],
        };
    }

    private static string[] Arguments(HistoriesOptions options) =>
        options.CoreError is null ? options.ServerArguments : [.. options.ServerArguments, "--enable-faults", "yes"];

    private static TrafficClient[] StartClients(HistoriesOptions options, ReplicatedSilos silos, TrafficProgress progress)
    {
        var keys = new TrafficKeys(options.Keys);
        return
        [
            .. Enumerable.Range(0, options.Clients).Select(id => new TrafficClient(
                id, options.Clients, silos.EndPoints, keys, progress, options.ThinkMs, HashCode(options.Seed, id))),
        ];
    }

    // The same for the same seed in every process, unlike System.HashCode.
    private static int HashCode(int seed, int client) => unchecked((seed * 7919) + client);
}
