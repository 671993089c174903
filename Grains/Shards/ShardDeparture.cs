using System.Diagnostics;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Node;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Shards;

/// <summary>
/// Sends a shard to its next home while it is served: its entries, the records since until few are left, then a stop and the last of them
/// (ADR 0019). What the old home does about a failure behind the stop is not decided here: only the stored map knows whether the shard
/// has left (ADR 0008). In the grain's turns; work on the store on pool threads.
/// </summary>
internal sealed class ShardDeparture(int shard, uint epoch, string to, INodeGrain next, NodeStore store, NodeDirectory nodes)
{
    /// <summary>Bytes a call: 1 MiB, about 1 ms of the receiver's time.</summary>
    private const int PieceBytes = 1024 * 1024;

    /// <summary>Bytes of records with which the shard is stopped: sent and applied in a few ms.</summary>
    private const int FewBytes = 64 * 1024;

    /// <summary>Rounds of records before the shard is stopped however many are left: each takes what the one before it let come.</summary>
    private const int MaxRounds = 100;

    /// <summary>Time between questions after one that failed, ms.</summary>
    private const int PauseMs = 200;

    private long _number;

    /// <summary>The shard is served nowhere.</summary>
    public bool HasStopped { get; private set; }

    /// <summary>Time from the stop until the shard was served by the next home, ms.</summary>
    public double PausedMs { get; private set; }

    /// <summary>
    /// Returns the map that has the shard at its next home. Throws when it was not taken: while <see cref="HasStopped"/> is false the shard
    /// is still served here.
    /// </summary>
    /// <param name="stop">Has the shard's grain run nothing any more.</param>
    /// <param name="stopping">Ends it before the stop.</param>
    public async Task<ClusterMap> Run(Action stop, CancellationToken stopping)
    {
        using ShardExport export = await Task.Run(() => ShardExport.Begin(store, new ShardId((ushort)shard)), stopping);
        ShardPosition[] tenures = [.. export.Epochs.Select(e => new ShardPosition(e.Epoch.Value, e.First.Value))];
        await next.BeginShard(new ShardHead(shard, epoch, PositionOf(export.Position), tenures));
        while (await Task.Run(export.NextEntries, stopping) is { } part)
        {
            await Send(part, isRecord: false);
            await SendRecords(export, stopping);
        }

        while (await IsLoading(export.Entries, stopping)) await SendRecords(export, stopping);
        for (int round = 0; round < MaxRounds && await SendRecords(export, stopping) > FewBytes; round++)
        {
            // what has come meanwhile
        }

        long stopped = Stopwatch.GetTimestamp();
        HasStopped = true;
        stop();
        LogPosition last = export.Stop();
        await SendRecords(export, CancellationToken.None);
        ShardProgress progress = await next.FinishShard(shard, epoch, PositionOf(last));
        PausedMs = Stopwatch.GetElapsedTime(stopped).TotalMilliseconds;
        return progress.Map ?? throw NotTaken(progress.Problem ?? "it does not say why");
    }

    // True while the entries are on their way to the disk there. A node that is slow to answer may still take them: only one that has died
    // has not.
    private async Task<bool> IsLoading(long entries, CancellationToken stopping)
    {
        try
        {
            ShardProgress progress = await next.CompleteShard(shard, epoch, entries);
            if (progress.Problem is { } problem) throw NotTaken(problem);
            return !progress.IsLevel;
        }
        catch (TimeoutException) when (nodes.IsAlive(to))
        {
            await Task.Delay(PauseMs, stopping);
            return true;
        }
    }

    // All that there are; returns their bytes.
    private async Task<long> SendRecords(ShardExport export, CancellationToken stopping)
    {
        long sent = 0;
        while (await Task.Run(() => export.NextRecords(PieceBytes), stopping) is { Length: > 0 } records)
        {
            await Send(records, isRecord: true);
            sent += records.Length;
        }

        return sent;
    }

    private async Task Send(byte[] bytes, bool isRecord)
    {
        for (int at = 0; at < bytes.Length; at += PieceBytes)
        {
            int size = Math.Min(PieceBytes, bytes.Length - at);
            byte[] piece = size == bytes.Length ? bytes : bytes.AsSpan(at, size).ToArray();
            var part = new ShardPart(shard, epoch, _number, piece, isRecord, IsEnd: at + size == bytes.Length);
            try
            {
                await next.TakeShard(part);
            }
            catch (TimeoutException) when (nodes.IsAlive(to))
            {
                await next.TakeShard(part); // it knows a piece that it has
            }

            _number++;
        }
    }

    private ShardUnavailableException NotTaken(string problem) => new($"node {to} has not taken shard {shard}: {problem}");

    private static ShardPosition PositionOf(LogPosition position) => new(position.Epoch.Value, position.Lsn.Value);
}
