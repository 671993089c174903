using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Journal;

/// <summary>
/// Is shown what a journal has handed to the kernel, in order, with the groups whole: one call a group commit. Called under the journal's
/// write lock, which commits wait for: copy and return, and never throw.
/// </summary>
public interface IRecordSink
{
    /// <param name="at">Journal offset of the first of them.</param>
    /// <param name="records">Their bytes.</param>
    void Written(JournalOffset at, ReadOnlySpan<byte> records);
}
