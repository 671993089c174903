using OrleansKv.Protocol.Batches;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>Takes a batch out of its writer.</summary>
internal static class BatchBytes
{
    /// <summary>The batch's bytes; the writer is empty again.</summary>
    public static byte[] TakeBytes(this BatchWriter batch)
    {
        byte[] bytes = batch.Buffer[..batch.SizeBytes];
        batch.Reset();
        return bytes;
    }
}
