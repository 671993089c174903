namespace OrleansKv.Engine.Journal;

/// <summary>
/// Is shown what a journal has handed to the kernel, in order, with the groups whole: one call a group commit. Called under the journal's
/// write lock, which commits wait for: copy and return, and never throw.
/// </summary>
public interface IRecordSink
{
    void Written(ReadOnlySpan<byte> records);
}
