using System.Globalization;
using Microsoft.Extensions.Logging;
using OrleansKv.Engine.Replication;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Grains.Replication;

namespace OrleansKv.Silo.Hosting;

/// <summary>FAULT's words for the faults of this node's replicas; each is said in the log. Any thread.</summary>
internal sealed partial class FaultControl(ReplicaFaults faults, Func<IReadOnlyList<string>> nodes, ILogger<FaultControl> log)
    : IFaultControl
{
    private const int MaxMs = 60_000;

    private const string Names = "replication-delay, replication-drop, partition, pause and core-error";

    private static readonly ReplicationMutation[] CoreErrors =
        [.. Enum.GetValues<ReplicationMutation>().Where(m => m != ReplicationMutation.None)];

    public IReadOnlyList<(string Name, string Value)> List()
    {
        (string Name, string Value, bool IsOn)[] all =
        [
            ("replication-delay", Text(faults.DelayMs), faults.DelayMs > 0),
            ("replication-drop", Text(faults.DropPercent), faults.DropPercent > 0),
            ("partition", string.Join(',', faults.CutOff), faults.CutOff.Count > 0),
            ("core-error", NameOf(faults.Mutation), faults.Mutation != ReplicationMutation.None),
        ];
        return [.. all.Where(f => f.IsOn).Select(f => (f.Name, f.Value))];
    }

    public string? Set(string name, string value)
    {
        string? problem = name.ToLowerInvariant() switch
        {
            "replication-delay" => Number(value, MaxMs, ms => faults.DelayMs = ms),
            "replication-drop" => Number(value, 100, percent => faults.DropPercent = percent),
            "pause" => Number(value, MaxMs, ms => faults.Pause(TimeSpan.FromMilliseconds(ms))),
            "partition" => Partition(value),
            "core-error" => CoreError(value),
            _ => Unknown(name),
        };
        if (problem is null) LogSet(name, value);
        return problem;
    }

    public string? Clear(string? name)
    {
        string? known = name?.ToLowerInvariant();
        if (known is not (null or "replication-delay" or "replication-drop" or "partition" or "core-error")) return Unknown(name!);
        if (known is null or "replication-delay") faults.DelayMs = 0;
        if (known is null or "replication-drop") faults.DropPercent = 0;
        if (known is null or "partition") faults.CutOff = [];
        if (known is null or "core-error") faults.Mutation = ReplicationMutation.None;
        LogCleared(name ?? "all");
        return null;
    }

    private string? Partition(string value)
    {
        string[] from = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (from.FirstOrDefault(n => !nodes().Contains(n)) is { } unknown)
            return $"there is no node {unknown}; the cluster has {string.Join(", ", nodes())}";
        faults.CutOff = from;
        return null;
    }

    private string? CoreError(string value)
    {
        int at = Array.FindIndex(CoreErrors, m => NameOf(m) == value);
        if (at < 0) return $"core-error is one of {string.Join(", ", CoreErrors.Select(NameOf))}";
        faults.Mutation = CoreErrors[at];
        return null;
    }

    private static string? Number(string value, int most, Action<int> set)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number > most)
            return $"'{value}' is not a whole number from 0 to {most}";
        set(number);
        return null;
    }

    // NoBarrier: no-barrier
    private static string NameOf(ReplicationMutation mutation) =>
        string.Concat(mutation.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));

    private static string Unknown(string name) => $"there is no fault '{name}': there are {Names}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A fault is put into this node on purpose: {Name} {Value}")]
    private partial void LogSet(string name, string value);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Faults on purpose are ended: {Name}")]
    private partial void LogCleared(string name);
}
