using System.Net;
using System.Net.Sockets;
using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Load;

/// <summary>
/// One socket, the bytes not yet sent, the bytes not yet parsed, and the requests in flight in their order. At most Pipeline requests are
/// in flight; replies answer them first in, first out. Thread: one worker's.
/// </summary>
internal sealed class Connection : IDisposable
{
    private const int MinReceiveBytes = 1 << 10;
    private const int MaxFirstReceiveBytes = 256 << 10;

    private readonly RequestEncoder _encoder;
    private readonly ReplyChecker _checker;
    private readonly byte[] _out;
    private readonly long[] _keys;
    private readonly bool[] _isRead;
    private readonly long[] _starts;
    private byte[] _in;
    private int _outStart;
    private int _outEnd;
    private int _inEnd;
    private int _head;

    public Connection(IPEndPoint endPoint, LoadOptions options, RequestEncoder encoder, ReplyChecker checker)
    {
        _encoder = encoder;
        _checker = checker;
        _out = GC.AllocateUninitializedArray<byte>(options.Pipeline * encoder.MaxRequestSize);
        // One pipeline of replies a receive where that is small: few system calls, and it stays in the first-level cache.
        long replies = options.Pipeline * (long)(encoder.ValueSize + 32);
        _in = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(replies, MinReceiveBytes, MaxFirstReceiveBytes));
        _keys = new long[options.Pipeline];
        _isRead = new bool[options.Pipeline];
        _starts = new long[options.Pipeline];
        Socket = Handshake.Connect(endPoint, options.Password);
        Socket.Blocking = false;
    }

    public Socket Socket { get; }
    public int InFlight { get; private set; }
    public int Free => _keys.Length - InFlight;
    public bool HasUnsent => _outEnd > _outStart;

    /// <summary>Whether the poller watches for room to send the rest.</summary>
    public bool IsWaitingForRoom { get; set; }

    /// <summary>Open loop: requests of this connection that are due so far, and that have been issued.</summary>
    public long Due { get; set; }
    public long Issued { get; set; }

    /// <summary>Encodes one request behind those unsent; there must be a free place.</summary>
    public void Enqueue(long key, bool read, long startTs)
    {
        if (_out.Length - _outEnd < _encoder.MaxRequestSize)
        {
            _out.AsSpan(_outStart, _outEnd - _outStart).CopyTo(_out);
            _outEnd -= _outStart;
            _outStart = 0;
        }

        _outEnd += _encoder.Write(_out.AsSpan(_outEnd), key, read);
        int slot = _head + InFlight;
        slot = slot >= _keys.Length ? slot - _keys.Length : slot;
        _keys[slot] = key;
        _isRead[slot] = read;
        _starts[slot] = startTs;
        InFlight++;
    }

    /// <summary>Sends what the kernel takes.</summary>
    public void Send()
    {
        int sent = Socket.Send(_out.AsSpan(_outStart, _outEnd - _outStart), SocketFlags.None, out SocketError error);
        if (error == SocketError.Success)
        {
            _outStart += sent;
        }
        else if (error != SocketError.WouldBlock)
        {
            throw Lost(error);
        }

        if (_outStart == _outEnd) _outStart = _outEnd = 0;
    }

    /// <summary>One receive and all whole replies in it; false when there was nothing.</summary>
    public bool Receive(ReplyTally tally)
    {
        if (_inEnd == _in.Length)
        {
            // A reply larger than the buffer; ReplyScanner bounds it.
            Array.Resize(ref _in, _in.Length * 2);
        }

        int received = Socket.Receive(_in.AsSpan(_inEnd), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock) return false;
        if (error != SocketError.Success || received == 0) throw Lost(error);
        _inEnd += received;
        Parse(tally);
        return true;
    }

    public void Dispose() => Socket.Dispose();

    private void Parse(ReplyTally tally)
    {
        ReadOnlySpan<byte> data = _in.AsSpan(0, _inEnd);
        while (!data.IsEmpty)
        {
            if (InFlight == 0) throw new BenchException("The server sent a reply that no request had asked for.");
            bool read = _isRead[_head];
            int used = _checker.Check(data, _keys[_head], read, out ReplyOutcome outcome);
            if (used == 0) break;
            data = data[used..];
            tally.Count(_starts[_head], read, outcome);
            _head = _head + 1 == _keys.Length ? 0 : _head + 1;
            InFlight--;
        }

        data.CopyTo(_in);
        _inEnd = data.Length;
    }

    private static BenchException Lost(SocketError error) => new(error == SocketError.Success
        ? "The server closed a connection during the run."
        : $"A connection was lost during the run: {error}.");
}
