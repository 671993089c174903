using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;

namespace OrleansKv.Protocol.Resp;

/// <summary>
/// Writes RESP replies into one growing pooled buffer, as RESP2 or RESP3 (<see cref="Protocol"/>).
/// Grammar: https://github.com/redis/redis-specifications/blob/master/protocol/RESP3.md.
/// Owned by one connection or one batch; used by one thread at a time. Nothing is allocated while the buffer suffices.
/// </summary>
public sealed class ReplyWriter : IDisposable
{
    private const int InitialBytes = 4096; // 16 replies of 64 B values and their headers fit three times
    private byte[] _buffer = [];
    private int _length;

    /// <summary>2 or 3: which of the two forms nulls, maps, sets, doubles and pushes take.</summary>
    public int Protocol { get; set; } = 2;

    /// <summary>Bytes written and not yet taken.</summary>
    public int Length => _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);

    /// <summary>Forgets what was written after <paramref name="length"/> bytes.</summary>
    public void Truncate(int length) => _length = length;

    /// <summary>Empties the writer and gives its buffer back, so that an idle owner holds no memory.</summary>
    public void Release()
    {
        _length = 0;
        if (_buffer.Length == 0) return;
        ByteBuffers.Return(_buffer);
        _buffer = [];
    }

    public void Dispose() => Release();

    /// <summary><c>+text\r\n</c>; <paramref name="text"/> holds no CR or LF.</summary>
    public void Simple(ReadOnlySpan<byte> text)
    {
        Span<byte> to = Reserve(text.Length + 3);
        to[0] = (byte)'+';
        text.CopyTo(to[1..]);
        EndLine(to, text.Length + 1);
    }

    public void Ok() => Raw("+OK\r\n"u8);

    /// <summary>
    /// <c>-text\r\n</c>; the text starts with its code (<c>ERR</c>, <c>OOM</c>, ...). CR and LF become spaces, as in Redis.
    /// </summary>
    public void Error(ReadOnlySpan<byte> text)
    {
        Span<byte> to = Reserve(text.Length + 3);
        to[0] = (byte)'-';
        for (int i = 0; i < text.Length; i++) to[i + 1] = text[i] is (byte)'\r' or (byte)'\n' ? (byte)' ' : text[i];
        EndLine(to, text.Length + 1);
    }

    /// <summary>
    /// An error that repeats a word of the client's: <paramref name="word"/> up to its first zero byte, as Redis' format strings do.
    /// </summary>
    public void Error(ReadOnlySpan<byte> before, ReadOnlySpan<byte> word, ReadOnlySpan<byte> after)
    {
        int end = word.IndexOf((byte)0);
        if (end >= 0) word = word[..end];
        byte[] bytes = ArrayPool<byte>.Shared.Rent(before.Length + word.Length + after.Length);
        before.CopyTo(bytes);
        word.CopyTo(bytes.AsSpan(before.Length));
        after.CopyTo(bytes.AsSpan(before.Length + word.Length));
        Error(bytes.AsSpan(0, before.Length + word.Length + after.Length));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    public void Error(string text)
    {
        int count = Encoding.UTF8.GetByteCount(text);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(count);
        Encoding.UTF8.GetBytes(text, bytes);
        Error(bytes.AsSpan(0, count));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary><c>:n\r\n</c>.</summary>
    public void Integer(long value) => Header((byte)':', value);

    /// <summary><c>$len\r\nbytes\r\n</c>.</summary>
    public void Bulk(ReadOnlySpan<byte> bytes)
    {
        Span<byte> to = Reserve(bytes.Length + 24);
        int at = Put(to, (byte)'$', bytes.Length);
        bytes.CopyTo(to[at..]);
        EndLine(to, at + bytes.Length);
    }

    public void Bulk(string text)
    {
        int count = Encoding.UTF8.GetByteCount(text);
        Span<byte> to = Reserve(count + 24);
        int at = Put(to, (byte)'$', count);
        Encoding.UTF8.GetBytes(text, to[at..]);
        EndLine(to, at + count);
    }

    /// <summary>An integer as a bulk string.</summary>
    public void BulkInteger(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int count);
        Bulk(digits[..count]);
    }

    /// <summary>RESP2 <c>$-1\r\n</c>, RESP3 <c>_\r\n</c>.</summary>
    public void Null() => Raw(Protocol == 3 ? "_\r\n"u8 : "$-1\r\n"u8);

    /// <summary>RESP2 <c>*-1\r\n</c>, RESP3 <c>_\r\n</c>: the missing array (an aborted EXEC).</summary>
    public void NullArray() => Raw(Protocol == 3 ? "_\r\n"u8 : "*-1\r\n"u8);

    /// <summary><c>*n\r\n</c>; n values follow.</summary>
    public void Array(int count) => Header((byte)'*', count);

    /// <summary>RESP3 <c>%n\r\n</c>, RESP2 an array of 2n; n pairs follow.</summary>
    public void Map(int count) => Header(Protocol == 3 ? (byte)'%' : (byte)'*', Protocol == 3 ? count : count * 2L);

    /// <summary>RESP3 <c>~n\r\n</c>, RESP2 an array.</summary>
    public void Set(int count) => Header(Protocol == 3 ? (byte)'~' : (byte)'*', count);

    /// <summary>RESP3 <c>&gt;n\r\n</c>, RESP2 an array: out-of-band data.</summary>
    public void Push(int count) => Header(Protocol == 3 ? (byte)'>' : (byte)'*', count);

    /// <summary>RESP3 <c>,d\r\n</c>, RESP2 a bulk string; <paramref name="text"/> is the number as text.</summary>
    public void Double(ReadOnlySpan<byte> text)
    {
        if (Protocol != 3)
        {
            Bulk(text);
            return;
        }

        Span<byte> to = Reserve(text.Length + 3);
        to[0] = (byte)',';
        text.CopyTo(to[1..]);
        EndLine(to, text.Length + 1);
    }

    /// <summary>RESP3 <c>#t\r\n</c>, RESP2 <c>:1\r\n</c>.</summary>
    public void Boolean(bool value) =>
        Raw(Protocol == 3 ? (value ? "#t\r\n"u8 : "#f\r\n"u8) : (value ? ":1\r\n"u8 : ":0\r\n"u8));

    /// <summary>RESP3 <c>=len\r\ntxt:bytes\r\n</c>, RESP2 a bulk string: text meant for people (INFO, LATENCY DOCTOR).</summary>
    public void Verbatim(string text)
    {
        if (Protocol != 3)
        {
            Bulk(text);
            return;
        }

        byte[] bytes = Encoding.UTF8.GetBytes("txt:" + text);
        Span<byte> to = Reserve(bytes.Length + 24);
        int at = Put(to, (byte)'=', bytes.Length);
        bytes.CopyTo(to[at..]);
        EndLine(to, at + bytes.Length);
    }

    /// <summary>Bytes that are RESP already.</summary>
    public void Raw(ReadOnlySpan<byte> resp)
    {
        resp.CopyTo(Reserve(resp.Length));
        _length += resp.Length;
    }

    /// <summary>Puts bytes that are RESP already before those written from <paramref name="at"/> on.</summary>
    public void Insert(int at, ReadOnlySpan<byte> resp)
    {
        Reserve(resp.Length);
        _buffer.AsSpan(at, _length - at).CopyTo(_buffer.AsSpan(at + resp.Length));
        resp.CopyTo(_buffer.AsSpan(at));
        _length += resp.Length;
    }

    private void Header(byte type, long value) => _length += Put(Reserve(24), type, value);

    // Writes type, decimal and CRLF at the start of `to`; returns the bytes written. 24 bytes are always enough.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Put(Span<byte> to, byte type, long value)
    {
        to[0] = type;
        int digits;
        if ((ulong)value < 10)
        {
            to[1] = (byte)('0' + value);
            digits = 1;
        }
        else if ((ulong)value < 100)
        {
            to[1] = (byte)('0' + (value / 10));
            to[2] = (byte)('0' + (value % 10));
            digits = 2;
        }
        else
        {
            Utf8Formatter.TryFormat(value, to[1..], out digits);
        }

        to[digits + 1] = (byte)'\r';
        to[digits + 2] = (byte)'\n';
        return digits + 3;
    }

    private void EndLine(Span<byte> to, int at)
    {
        to[at] = (byte)'\r';
        to[at + 1] = (byte)'\n';
        _length += at + 2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count) Grow(count);
        return _buffer.AsSpan(_length);
    }

    private void Grow(int count)
    {
        long needed = (long)_length + count;
        if (needed > global::System.Array.MaxLength) throw new ReplyTooLongException();
        int size = (int)Math.Min(global::System.Array.MaxLength, Math.Max(needed, Math.Max(InitialBytes, _buffer.Length * 2L)));
        byte[] larger = ByteBuffers.Rent(size);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ByteBuffers.Return(_buffer);
        _buffer = larger;
    }
}
