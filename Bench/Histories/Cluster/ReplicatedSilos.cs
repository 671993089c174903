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

    private readonly CancellationToken _cancel;

    public ReplicatedSilos(string server, string[] more, string folder, CancellationToken cancel)
    {
        _cancel = cancel;
        Nodes = [.. Enumerable.Range(1, 3).Select(i => new SiloNode($"node{i}", server, more, folder))];
    }

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
        if (AwaitLevel() is { } problem) throw new BenchException(problem);
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
    }

    /// <summary>
    /// Waits until both followers have all of every shard, as WAIT says through each node; null, or what was wrong to the end.
    /// </summary>
    public string? AwaitLevel()
    {
        foreach (SiloNode node in Nodes)
        {
            long began = Stopwatch.GetTimestamp();
            string said;
            do
            {
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
    }

    private static string Wait(SiloNode node)
    {
        using var connection = HistoryConnection.TryOpen(node.EndPoint, WaitMs + 5_000);
        if (connection is null) return "connection refused";
        HistoryReply reply = connection.Call(["SET", "level:" + node.Id, "1"]);
        return reply.Kind == ReplyKind.Simple ? connection.Call(["WAIT", "2", $"{WaitMs}"]).Text : reply.Text;
    }
}
