using System.Buffers;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Protocol.Batches;

/// <summary>
/// The replies of a batch: RESP bytes one after the other, and where each ends. Who reads it gives it back (<see cref="Release"/>), once;
/// one that is not given back is only garbage.
/// </summary>
public sealed class BatchReply
{
    /// <summary>64 KiB: buffers that a large reply made larger are not kept.</summary>
    private const int KeptBytes = 64 * 1024;

    private readonly BatchReplyPool? _pool;
    private readonly byte[] _bytes = [];
    private readonly int _length;
    private int[] _ends;
    private List<SlowItem>? _slow;

    /// <summary>Replies that came from elsewhere, in rented buffers.</summary>
    public BatchReply(byte[] bytes, int length, int[] ends, int count, List<SlowItem>? slow = null)
    {
        _slow = slow;
        _bytes = bytes;
        _length = length;
        _ends = ends;
        Count = count;
    }

    internal BatchReply(BatchReplyPool pool)
    {
        _pool = pool;
        _ends = new int[32];
        Output = new ReplyWriter();
    }

    public static BatchReply Empty { get; } = new([], 0, [], 0);

    /// <summary>Items that are answered: fewer than the batch has when the rest has not run.</summary>
    public int Count { get; private set; }

    /// <summary>Items that took as long as the shard's node calls slow.</summary>
    public IReadOnlyList<SlowItem> Slow => _slow ?? (IReadOnlyList<SlowItem>)[];

    public ReadOnlySpan<byte> Bytes => Output is null ? _bytes.AsSpan(0, _length) : Output.Written;

    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    /// <summary>Where a runner writes; null for replies from elsewhere.</summary>
    internal ReplyWriter? Output { get; }

    /// <summary>The reply of one item.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            int start = index == 0 ? 0 : _ends[index - 1];
            return Bytes[start.._ends[index]];
        }
    }

    /// <summary>The reply of one item that is of no group; empty when it has not run.</summary>
    public ReadOnlySpan<byte> Find(int index) => (uint)index < (uint)Count ? this[index] : default;

    /// <summary>Whether an item, one that is not of a group, has run.</summary>
    public bool HasRun(int index) => Find(index).Length > 0;

    public void Release()
    {
        if (_pool is not null)
        {
            if (Output!.Length > KeptBytes) Output.Release();
            else Output.Truncate(0);
            _pool.Return(this);
            return;
        }

        ByteBuffers.Return(_bytes);
        if (_ends.Length > 0) ArrayPool<int>.Shared.Return(_ends);
        _ends = [];
    }

    internal void Begin(int count)
    {
        if (_ends.Length < count) _ends = new int[Math.Max(count, _ends.Length * 2)];
        Count = count;
        _slow?.Clear();
    }

    /// <summary>Items from <paramref name="count"/> on have not run.</summary>
    internal void Cut(int count) => Count = count;

    internal void AddSlow(in SlowItem item) => (_slow ??= []).Add(item);

    /// <summary>The item's reply ends where the output stands now.</summary>
    internal void End(int index) => _ends[index] = Output!.Length;
}
