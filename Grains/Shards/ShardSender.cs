using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Node;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Shards;

/// <summary>
/// Sends a shard's state to another node while it is served (ADR 0019): its entries, and the records since. What is done when few are left
/// is the caller's. One thread at a time; work on the store on pool threads.
/// </summary>
/// <param name="export">The state.</param>
/// <param name="head">What the entries are a state of.</param>
/// <param name="to">The node.</param>
/// <param name="next">Its door.</param>
/// <param name="nodes">Who is alive.</param>
internal sealed class ShardSender(ShardExport export, ShardHead head, string to, INodeGrain next, NodeDirectory nodes)
{
    /// <summary>Bytes a call: 1 MiB, about 1 ms of the receiver's time.</summary>
    private const int PieceBytes = 1024 * 1024;

    /// <summary>Bytes of records that are few: sent and applied in a few ms.</summary>
    private const int FewBytes = 64 * 1024;

    /// <summary>Rounds of records before it ends however many are left: each takes what the one before it let come.</summary>
    private const int MaxRounds = 100;

    /// <summary>Time between questions after one that failed, ms.</summary>
    private const int PauseMs = 200;

    private long _number;

    /// <summary>The head of an export.</summary>
    public static ShardHead HeadOf(int shard, uint epoch, ShardExport export) => new(shard, epoch, ShardPosition.Of(export.Position),
        [.. export.Epochs.Select(e => new ShardPosition(e.Epoch.Value, e.First.Value))]);

    /// <summary>The tenures of a head, as the store has them.</summary>
    public static EpochStart[] TenuresOf(ShardHead head) =>
        [.. head.Tenures.Select(t => new EpochStart(new Epoch(t.Epoch), new Lsn(t.Lsn)))];

    /// <summary>Sends all but the last few records. Throws when it was not taken.</summary>
    public async Task SendState(CancellationToken stopping)
    {
        await next.BeginShard(head);
        while (await Task.Run(export.NextEntries, stopping) is { } part)
        {
            await Send(part, isRecord: false);
            await SendRecords(stopping);
        }

        while (await IsLoading(stopping)) await SendRecords(stopping);
        for (int round = 0; round < MaxRounds && await SendRecords(stopping) > FewBytes; round++)
        {
            // what has come meanwhile
        }
    }

    /// <summary>Sends all records that there are; returns their bytes.</summary>
    public async Task<long> SendRecords(CancellationToken stopping)
    {
        long sent = 0;
        while (await Task.Run(() => export.NextRecords(PieceBytes), stopping) is { Length: > 0 } records)
        {
            await Send(records, isRecord: true);
            sent += records.Length;
        }

        return sent;
    }

    /// <summary>The other node was not to have it, or could not.</summary>
    public ShardUnavailableException NotTaken(string? problem) =>
        new($"node {to} has not taken shard {head.Shard}: {problem ?? "it does not say why"}");

    // True while the entries are on their way to the disk there. A node that is slow to answer may still take them: only one that has died
    // has not.
    private async Task<bool> IsLoading(CancellationToken stopping)
    {
        try
        {
            ShardProgress progress = await next.CompleteShard(head.Shard, head.Epoch, export.Entries);
            if (progress.Problem is { } problem) throw NotTaken(problem);
            return !progress.IsLevel;
        }
        catch (TimeoutException) when (nodes.IsAlive(to))
        {
            await Task.Delay(PauseMs, stopping);
            return true;
        }
    }

    private async Task Send(byte[] bytes, bool isRecord)
    {
        for (int at = 0; at < bytes.Length; at += PieceBytes)
        {
            int size = Math.Min(PieceBytes, bytes.Length - at);
            byte[] piece = size == bytes.Length ? bytes : bytes.AsSpan(at, size).ToArray();
            var part = new ShardPart(head.Shard, head.Epoch, _number, piece, isRecord, IsEnd: at + size == bytes.Length);
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
}
