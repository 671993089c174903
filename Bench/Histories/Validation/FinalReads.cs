using OrleansKv.Bench.Histories.Cluster;
using OrleansKv.Bench.Histories.Traffic;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Histories.Validation;

/// <summary>
/// Each key read through each node when all is over: part of its history. What cannot be read, or differs, is a problem. Thread: one.
/// </summary>
internal sealed class FinalReads(ReplicatedSilos silos, TrafficProgress progress, int process)
{
    private const int TimeoutMs = 10_000;

    /// <summary>Tries of a read that is refused; a node answers one within 5 s.</summary>
    private const int MaxTries = 20;

    private const int PauseMs = 500;

    private readonly List<RecordedOperation> _recorded = [];
    private readonly List<string> _problems = [];

    public IReadOnlyList<RecordedOperation> Recorded => _recorded;

    public IReadOnlyList<string> Problems => _problems;

    public void Read(TrafficKey key)
    {
        // A write without an answer could take effect between two of the reads; a second time it cannot be again.
        if (ReadThroughAll(key).Distinct().Count() == 1) return;
        string?[] again = ReadThroughAll(key);
        if (again.Distinct().Count() > 1)
        {
            _problems.Add($"{key.Name} is not the same through all nodes: "
                + string.Join("; ", silos.Nodes.Zip(again, (n, v) => $"{n.Id} '{v ?? "(nil)"}'")));
        }
    }

    private string?[] ReadThroughAll(TrafficKey key) => [.. silos.Nodes.Select(n => ReadThrough(n, key))];

    private string? ReadThrough(SiloNode node, TrafficKey key)
    {
        string error = "";
        for (int tries = 0; tries < MaxTries; tries++)
        {
            using var connection = HistoryConnection.TryOpen(node.EndPoint, TimeoutMs);
            TimeSpan called = progress.Now;
            HistoryReply reply = connection?.Call(["GET", key.Name]) ?? new HistoryReply(ReplyKind.Invalid, "connection refused");
            if (reply.Kind is ReplyKind.Bulk or ReplyKind.Null)
            {
                var operation = new KeyOperation(KeyAction.Read, null, reply.Value);
                _recorded.Add(new RecordedOperation(key, process, called, progress.Now, OperationOutcome.Done, operation, null));
                return reply.Value;
            }

            error = reply.Text;
            silos.Pause(PauseMs);
        }

        _problems.Add($"{key.Name} cannot be read through {node.Id}: {error}");
        return null;
    }
}
