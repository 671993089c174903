using System.Buffers;

namespace OrleansKv.Engine.Batches;

/// <summary>
/// The replies of a batch: RESP bytes one after the other in a pooled buffer, and where each ends. Who reads it gives the buffers back
/// (<see cref="Release"/>), once.
/// </summary>
public sealed class BatchReply(byte[] bytes, int length, int[] ends, int count)
{
    public static BatchReply Empty { get; } = new([], 0, [], 0);

    public int Count => count;

    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

    public ReadOnlySpan<int> Ends => ends.AsSpan(0, count);

    /// <summary>The reply of one item.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            int start = index == 0 ? 0 : ends[index - 1];
            return bytes.AsSpan(start, ends[index] - start);
        }
    }

    public void Release()
    {
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
        if (ends.Length > 0) ArrayPool<int>.Shared.Return(ends);
    }
}
