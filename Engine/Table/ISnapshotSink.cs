using OrleansKv.Protocol;

namespace OrleansKv.Engine.Table;

/// <summary>Receives the entries of a snapshot, in no particular order, each once, as they were when it began.</summary>
public interface ISnapshotSink
{
    /// <param name="key">Key bytes; valid during the call.</param>
    /// <param name="value">Value bytes; valid during the call.</param>
    /// <param name="deadlineMs">Milliseconds since the Unix epoch, 0 for none.</param>
    /// <param name="version">Lsn of the entry's last write.</param>
    void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version);
}
