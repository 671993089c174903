using System.Diagnostics;
using System.Net;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Histories.Traffic;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Histories.Cluster;

/// <summary>Three nodes with a copy of each shard, in one folder. Thread: the main one.</summary>
internal sealed class ReplicatedSilos : IDisposable
{
    /// <summary>Longest wait for a node to answer, or for all copies to be level: far beyond what a busy machine takes.</summary>
    private const int PatienceMs = 180_000;

    private const int WaitMs = 60_000;
    private const int PollMs = 20;

    private const int NodeCount = 3;

    private readonly CancellationToken _cancel;
    private string? _error;

    /// <param name="server">The silo's program.</param>
    /// <param name="more">Further arguments for it.</param>
    /// <param name="folder">Where data folders and logs go.</param>
    /// <param name="hasNetwork">Each node has a network namespace of its own.</param>
    /// <param name="cancel">Ends waits.</param>
    public ReplicatedSilos(string server, string[] more, string folder, bool hasNetwork, CancellationToken cancel)
    {
        _cancel = cancel;
        Network = hasNetwork ? new NodeNetwork(NodeCount) : null;
        Nodes = [.. Enumerable.Range(0, NodeCount).Select(i => new SiloNode(i, server, more, folder, Network))];
    }

    /// <summary>Cuts nodes from each other; null where they are all on loopback.</summary>
    public NodeNetwork? Network { get; }

    /// <summary>In the order in which they joined.</summary>
    public IReadOnlyList<SiloNode> Nodes { get; }

    public IReadOnlyList<IPEndPoint> EndPoints => [.. Nodes.Select(n => n.EndPoint)];

    /// <summary>The first one founds the cluster, the others join it.</summary>
    public void Found()
    {
        Nodes[0].Start(null);
        AwaitAnswer(Nodes[0]);
        foreach (SiloNode node in Nodes.Skip(1)) node.Start(Nodes[0]);
        foreach (SiloNode node in Nodes.Skip(1)) AwaitAnswer(node);
        if (Nodes.FirstOrDefault(n => !n.Runs) is { } ended)
            throw new BenchException($"{ended.Id} ended with code {ended.ExitCode} before it answered PING; see its log.");
        if (AwaitLevel(static () => { }) is { } problem) throw new BenchException(problem);
    }

    /// <summary>All nodes have an error in their replication core from now on, those that are started again, too.</summary>
    public void PutInError(string name)
    {
        _error = name;
        foreach (SiloNode node in Nodes) PutInError(node);
    }

    /// <summary>Starts a node again, which joins through one that runs if there is any; does not wait.</summary>
    public void Restart(SiloNode node) => node.Start(Nodes.FirstOrDefault(n => n != node && n.Runs) ?? Nodes.First(n => n != node));

    /// <summary>Waits until a node answers PING or has ended.</summary>
    public void AwaitAnswer(SiloNode node)
    {
        long began = Stopwatch.GetTimestamp();
        while (node.Runs && !node.Answers())
        {
            if (Stopwatch.GetElapsedTime(began).TotalMilliseconds > PatienceMs)
                throw new BenchException($"{node.Id} did not answer PING within {PatienceMs / 1000} s.");
            Pause(PollMs);
        }

        if (_error is not null && node.Runs) PutInError(node);
    }

    /// <summary>
    /// Waits until both followers have all of every shard, as WAIT says through each node; null, or what was wrong to the end.
    /// </summary>
    /// <param name="tend">Sees to nodes that have ended: one that was declared dead notices it only when it hears of it.</param>
    public string? AwaitLevel(Action tend)
    {
        foreach (SiloNode node in Nodes)
        {
            long began = Stopwatch.GetTimestamp();
            string said;
            do
            {
                tend();
                said = Wait(node);
                if (said == "2") break;
                if (Stopwatch.GetElapsedTime(began).TotalMilliseconds > PatienceMs)
                    return $"WAIT through {node.Id} answered '{said}' instead of 2 for {PatienceMs / 1000} s.";
                Pause(PollMs);
            }
            while (true);
        }

        return null;
    }

    public void Pause(int milliseconds)
    {
        _cancel.WaitHandle.WaitOne(milliseconds);
        _cancel.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        foreach (SiloNode node in Nodes.Reverse()) node.Dispose();
        Network?.Dispose();
    }

    private void PutInError(SiloNode node)
    {
        using var connection = HistoryConnection.TryOpen(node.EndPoint, WaitMs);
        HistoryReply? reply = connection?.Call(["FAULT", "SET", "core-error", _error!]);
        if (reply is not { Kind: ReplyKind.Simple })
            throw new BenchException($"--core-error {_error} could not be put into {node.Id}: {reply?.Text ?? "connection refused"}");
    }

    private static string Wait(SiloNode node)
    {
        using var connection = HistoryConnection.TryOpen(node.EndPoint, WaitMs + 5_000);
        if (connection is null) return "connection refused";
        HistoryReply reply = connection.Call(["SET", "level:" + node.Id, "1"]);
        return reply.Kind == ReplyKind.Simple ? connection.Call(["WAIT", "2", $"{WaitMs}"]).Text : reply.Text;
    }
}
