using OrleansKv.Engine.Store;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>Takes a shard from one store to another as two nodes do it, step by step.</summary>
internal static class ShardMove
{
    /// <summary>The whole move; the shard is led by the target then.</summary>
    /// <param name="source">Has it, and leads it.</param>
    /// <param name="target">Gets it.</param>
    /// <param name="id">The shard.</param>
    /// <param name="tenure">In which the target leads it.</param>
    /// <param name="between">Is called between the steps while the source leads: clients' writes.</param>
    public static void Run(NodeStore source, NodeStore target, ShardId id, Epoch tenure, Action? between = null)
    {
        Send(source, target, id, tenure, between);
        ShardTransfer.Begin(target, id, tenure);
    }

    /// <summary>All but the last step.</summary>
    public static void Send(NodeStore source, NodeStore target, ShardId id, Epoch tenure, Action? between = null)
    {
        using ShardExport export = ShardExport.Begin(source, id);
        using ShardImport import = ShardImport.Begin(target, id, tenure, export.Position, export.Epochs);
        between?.Invoke();
        while (export.NextEntries() is { } part)
        {
            import.AddEntries(part);
            between?.Invoke();
            SendRecords(export, import);
        }

        import.Complete(export.Entries);
        between?.Invoke();
        SendRecords(export, import);
        between?.Invoke();
        LogPosition last = export.Stop();
        SendRecords(export, import);
        import.Finish(last);
    }

    // In pieces that end anywhere.
    private static void SendRecords(ShardExport export, ShardImport import)
    {
        while (export.NextRecords(1_000) is { Length: > 0 } records)
        {
            int middle = records.Length / 3;
            import.AddRecords(records.AsSpan(0, middle));
            import.AddRecords(records.AsSpan(middle));
        }
    }
}
