using Microsoft.Extensions.Logging;
using OrleansKv.Engine.Store;

namespace OrleansKv.Hosting;

/// <summary>
/// Says in the log when the disk refuses: once when it begins, once when it is over. A host looks each second, and when the store is
/// closed, whose last flush may have failed. Any thread.
/// </summary>
internal sealed partial class StorageWatch(NodeStore store, ILogger log)
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
            if (failure is not null && !_failed) LogFailed(failure);
            else if (failure is null && refusal is not null && !_refused) LogRefused(refusal);
            else if (failure is null && refusal is null && _refused) LogRoom();
            if (failure is null && snapshot is not null && snapshot != _snapshot) LogSnapshotFailed(snapshot);
            _failed = failure is not null;
            _refused = refusal is not null;
            _snapshot = snapshot;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Writes are refused from now on: {Failure}")]
    private partial void LogFailed(string failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Writes are refused: {Refusal}")]
    private partial void LogRefused(string refusal);

    [LoggerMessage(Level = LogLevel.Information, Message = "There is room again: writes are taken")]
    private partial void LogRoom();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The snapshot failed: {Failure} The journal has everything")]
    private partial void LogSnapshotFailed(string failure);
}
