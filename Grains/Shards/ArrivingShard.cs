using OrleansKv.Engine.Store;

namespace OrleansKv.Grains.Shards;

/// <summary>
/// A shard's state on its way to this node, piece by piece, as its sender numbers them. Work on the store is done on pool threads. Any
/// thread; pieces one after the other.
/// </summary>
/// <param name="head">What it begins with.</param>
/// <param name="import">Takes it into the store.</param>
internal sealed class ArrivingShard(ShardHead head, ShardImport import)
{
    /// <summary>Longest wait of a call, ms: its caller has records to send meanwhile, and room for a second of them.</summary>
    private const int WaitMs = 100;

    private long _heardMs = Environment.TickCount64;
    private readonly SemaphoreSlim _turn = new(1, 1); // held while a piece is taken
    private List<byte> _open = []; // pieces of a part of the entries that is longer than one
    private long _next; // number of the piece that comes next
    private Task? _completing;

    public ShardHead Head => head;

    public ShardImport Import => import;

    /// <summary>Time since its sender called last, ms.</summary>
    public long SilentMs => Environment.TickCount64 - Volatile.Read(ref _heardMs);

    /// <summary>The entries are in the store, or on their way there; null before that.</summary>
    public Task? Completing => _completing;

    /// <summary>Its sender has called.</summary>
    public void Heard() => Volatile.Write(ref _heardMs, Environment.TickCount64);

    /// <summary>Takes a piece; the same again does nothing. Throws what the store throws, and when one is missing before it.</summary>
    public async Task Take(ShardPart part)
    {
        Heard();
        await _turn.WaitAsync(); // the one before may still be under way, should its sender have had no answer
        try
        {
            if (part.Number == _next - 1) return; // again
            if (part.Number != _next)
                throw new InvalidOperationException($"piece {part.Number} of shard {part.Shard} does not follow piece {_next - 1}");
            if (part.IsRecord) await Task.Run(() => import.AddRecords(part.Bytes));
            else if (part.IsEnd && _open.Count == 0) await Task.Run(() => import.AddEntries(part.Bytes));
            else await TakePiece(part);
            _next++;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// All entries have come: they go to the disk and to memory. False when that is not over soon; called again it goes on waiting.
    /// </summary>
    /// <param name="entries">How many.</param>
    /// <param name="before">Runs once, before the store's copy of the shard is replaced.</param>
    public async Task<bool> Complete(long entries, Func<Task> before)
    {
        Heard();
        Task completing = _completing ??= Task.Run(async () =>
        {
            await before();
            import.Complete(entries);
        });
        await Task.WhenAny(completing, Task.Delay(WaitMs));
        if (!completing.IsCompleted) return false;
        await completing;
        return true;
    }

    private async Task TakePiece(ShardPart part)
    {
        _open.AddRange(part.Bytes);
        if (!part.IsEnd) return;
        byte[] whole = [.. _open];
        _open = [];
        await Task.Run(() => import.AddEntries(whole));
    }
}
