using System.Globalization;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansKv.Engine.Store;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Storage;

/// <summary>
/// The incremental half of the provider: <see cref="ShardState"/> of a shard of the store. The ETag is the epoch, so that a grain whose
/// shard has been taken over cannot write. Any thread.
/// </summary>
internal sealed class ShardStateStorage(string provider, GrainStateTable table, Durability level)
{
    public async Task ReadAsync(GrainId grain, IGrainState<ShardState> state)
    {
        (int shard, Epoch epoch, Lsn lsn) = Look(grain);
        await CommitAsync(shard).ConfigureAwait(true);
        state.State = new ShardState { Shard = shard, Epoch = epoch.Value, Lsn = lsn.Value };
        state.ETag = TagOf(epoch);
        state.RecordExists = lsn != Lsn.None;
    }

    public async Task WriteAsync(GrainId grain, IGrainState<ShardState> state)
    {
        (int shard, Epoch epoch, Lsn lsn) = Look(grain);
        if (state.ETag != TagOf(epoch))
        {
            throw new InconsistentStateException(
                $"grain storage '{provider}': shard {shard} is in epoch {epoch} by now, the grain has epoch {state.ETag ?? "(none)"}",
                TagOf(epoch), state.ETag);
        }

        await CommitAsync(shard).ConfigureAwait(true);
        state.State = new ShardState { Shard = shard, Epoch = epoch.Value, Lsn = lsn.Value };
        state.RecordExists = lsn != Lsn.None;
    }

    private async Task CommitAsync(int shard)
    {
        if (await table.CommitAllAsync(level).ConfigureAwait(false) is { } failure)
            throw new JournalStorageException($"grain storage '{provider}': shard {shard} cannot be committed: {failure}");
    }

    private (int Shard, Epoch Epoch, Lsn Lsn) Look(GrainId grain)
    {
        IReadOnlyList<ShardCell> cells = table.Store.Cells;
        if (!grain.TryGetIntegerKey(out long number, out string? extension) || extension is not null || number < 0 || number >= cells.Count)
            throw new ArgumentException(
                $"grain storage '{provider}': {grain} is no shard's grain: its key must be a shard's number, 0 to {cells.Count - 1}");
        ShardCell cell = cells[(int)number];
        table.Store.Enter(cell);
        (int, Epoch, Lsn) found = ((int)number, cell.Shard.Epoch, cell.Shard.Lsn);
        table.Store.Exit(cell);
        return found;
    }

    private static string TagOf(Epoch epoch) => epoch.Value.ToString(CultureInfo.InvariantCulture);
}
