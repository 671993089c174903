using OrleansKv.Engine.Store;

namespace OrleansKv.Embedded;

/// <summary>
/// Says on the console when the disk refuses: once when it begins, once when it is over. A host looks each second, and when the store is
/// closed, whose last flush may have failed. Any thread.
/// </summary>
internal sealed class StorageWatch(NodeStore store, ServerConsole console)
{
    private readonly Lock _lock = new();
    private bool _refused;
    private bool _failed;
    private string? _snapshot;

    /// <summary>What the process ends with: 1 when the journal has failed, so that whoever supervises it knows, else 0.</summary>
    public int ExitCode => store.Journal?.Failure is null ? 0 : 1;

    public void Look()
    {
        lock (_lock)
        {
            string? failure = store.Journal?.Failure;
            string? refusal = store.WriteRefusal;
            string? snapshot = store.Snapshots?.Status.LastError;
            if (failure is not null && !_failed) console.Trouble($"writes are refused from now on: {failure}");
            else if (failure is null && refusal is not null && !_refused) console.Trouble($"writes are refused: {refusal}");
            else if (failure is null && refusal is null && _refused) console.Trouble("there is room again: writes are taken.");
            if (failure is null && snapshot is not null && snapshot != _snapshot) console.Trouble($"the snapshot failed: {snapshot} The journal has everything.");
            _failed = failure is not null;
            _refused = refusal is not null;
            _snapshot = snapshot;
        }
    }
}
