using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Sessions;

/// <summary>
/// Bytes on their way out, first in, first out, in pooled chunks: it grows without copying what it has, and gives each chunk back as soon
/// as its last byte has been taken. Empty it holds no memory. Not safe for several threads at once.
/// </summary>
internal sealed class ByteQueue
{
    /// <summary>Smallest and largest chunk. 16 KiB is Redis' own (PROTO_REPLY_CHUNK_BYTES); a socket takes 64 KiB in one call.</summary>
    private const int MinChunkBytes = 16 * 1024;
    private const int MaxChunkBytes = 64 * 1024;

    /// <summary>Places for chunks that an empty queue keeps.</summary>
    private const int KeptPlaces = 16;

    private readonly Queue<byte[]> _chunks = new();
    private byte[] _last = [];
    private int _firstStart;
    private int _lastEnd;

    public long Length { get; private set; }

    /// <summary>Chunks held: CLIENT LIST's <c>oll</c>.</summary>
    public int Chunks => _chunks.Count;

    /// <summary>Memory held, bytes.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>The oldest bytes, as many as lie together; empty when there are none.</summary>
    public ReadOnlySpan<byte> First => _chunks.TryPeek(out byte[]? chunk)
        ? chunk.AsSpan(_firstStart..(_chunks.Count == 1 ? _lastEnd : chunk.Length))
        : default;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_lastEnd == _last.Length) AddChunk(bytes.Length);
            int count = Math.Min(bytes.Length, _last.Length - _lastEnd);
            bytes[..count].CopyTo(_last.AsSpan(_lastEnd));
            _lastEnd += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Drops the oldest bytes, at most those of <see cref="First"/>.</summary>
    public void Take(int count)
    {
        Length -= count;
        _firstStart += count;
        if (Length == 0) Clear();
        else if (_firstStart == _chunks.Peek().Length) DropFirst();
    }

    /// <summary>Moves at most so many of the oldest bytes.</summary>
    public void MoveTo(ReplyWriter output, long most)
    {
        while (most > 0 && Length > 0)
        {
            ReadOnlySpan<byte> first = First;
            if (first.Length > most) first = first[..(int)most];
            output.Raw(first);
            most -= first.Length;
            Take(first.Length);
        }
    }

    /// <summary>Drops all and gives the memory back.</summary>
    public void Clear()
    {
        while (_chunks.TryDequeue(out byte[]? chunk)) ByteBuffers.Return(chunk);
        if (_chunks.EnsureCapacity(0) > KeptPlaces) _chunks.TrimExcess();
        _last = [];
        _firstStart = _lastEnd = 0;
        Length = HeldBytes = 0;
    }

    private void AddChunk(int wanted)
    {
        _last = ByteBuffers.Rent(Math.Clamp(wanted, MinChunkBytes, MaxChunkBytes));
        _lastEnd = 0;
        HeldBytes += _last.Length;
        _chunks.Enqueue(_last);
    }

    private void DropFirst()
    {
        byte[] chunk = _chunks.Dequeue();
        HeldBytes -= chunk.Length;
        ByteBuffers.Return(chunk);
        _firstStart = 0;
    }
}
