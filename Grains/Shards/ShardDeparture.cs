using OrleansKv.Grains.Node;

namespace OrleansKv.Grains.Shards;

/// <summary>
/// Sends a shard's state to its next home, part by part, and waits until it has arrived there. What the old home does about a failure is not
/// decided here: only the stored map knows whether the arrival counts (ADR 0008).
/// </summary>
internal sealed class ShardDeparture(int shard, uint epoch, string to, INodeGrain next, NodeDirectory nodes)
{
    /// <summary>Bytes a call: 1 MiB, about 1 ms of the receiver's time.</summary>
    private const int PartBytes = 1024 * 1024;

    /// <summary>Time between questions after one that failed, ms.</summary>
    private const int PauseMs = 200;

    /// <summary>Returns the map that has the shard at its next home; throws <see cref="ShardUnavailableException"/> when it was not taken.</summary>
    public async Task<ClusterMap> Send(byte[] state, CancellationToken stopping)
    {
        for (int at = 0; at == 0 || at < state.Length; at += PartBytes)
        {
            stopping.ThrowIfCancellationRequested();
            byte[] part = state.AsSpan(at, Math.Min(PartBytes, state.Length - at)).ToArray();
            await next.TakeShard(new ShardPart(shard, epoch, at, state.Length, part));
        }

        while (true)
        {
            ShardProgress progress = await Ask(stopping);
            if (progress.Map is { } map) return map;
            if (progress.Problem is { } problem) throw new ShardUnavailableException($"node {to} has not taken shard {shard}: {problem}");
        }
    }

    // A node that is slow to answer may still take it: only one that has died has not.
    private async Task<ShardProgress> Ask(CancellationToken stopping)
    {
        try
        {
            return await next.WhenShardHasArrived(shard, epoch);
        }
        catch (Exception failure) when (failure is OrleansException or TimeoutException)
        {
            await Task.Delay(PauseMs, stopping);
            return new ShardProgress(null, nodes.IsAlive(to) ? null : failure.Message);
        }
    }
}
