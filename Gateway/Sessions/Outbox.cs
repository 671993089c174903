using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Sessions;

/// <summary>
/// Bytes that other threads have for a session: messages of Pub/Sub, lines of MONITOR. Bounded: a client that does not read is cut off
/// (<see cref="OutputLimits"/>) instead of eating the server's memory.
/// A message has the form of the protocol that is in force when it is posted; <see cref="Switch"/> changes the two together.
/// </summary>
internal sealed class Outbox(Session session)
{
    private readonly Lock _lock = new();
    private readonly ByteQueue _queue = new();
    private long _length;
    private int _protocol = 2;
    private bool _isClosed;

    public bool IsEmpty => Volatile.Read(ref _length) == 0;

    /// <summary>Bytes that the session's thread has not taken.</summary>
    public long Length => Volatile.Read(ref _length);

    /// <summary>Chunks and memory that it holds; for CLIENT LIST.</summary>
    public (int Chunks, long Bytes) Held
    {
        get
        {
            lock (_lock) return (_queue.Chunks, _queue.HeldBytes);
        }
    }

    /// <summary>Adds one finished message and wakes the session's thread; any thread.</summary>
    public void Post(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            if (_isClosed) return;
            _queue.Append(message);
            Added();
        }

        session.Connection.Wake();
    }

    /// <summary>The same for a RESP3 push. For a client of RESP2 it becomes an array, which differs in the first byte alone.</summary>
    public void PostPush(ReadOnlySpan<byte> push)
    {
        lock (_lock)
        {
            if (_isClosed) return;
            _queue.Append(_protocol == 3 ? ">"u8 : "*"u8);
            _queue.Append(push[1..]);
            Added();
        }

        session.Connection.Wake();
    }

    /// <summary>Moves at most so many bytes into <paramref name="output"/>; the session's thread.</summary>
    public void MoveTo(ReplyWriter output, long most = long.MaxValue)
    {
        if (IsEmpty) return;
        lock (_lock)
        {
            _queue.MoveTo(output, most);
            Volatile.Write(ref _length, _queue.Length);
        }
    }

    /// <summary>
    /// Takes all that was posted so far into <paramref name="output"/>; what comes from now on has the form of another protocol.
    /// </summary>
    public void Switch(int protocol, ReplyWriter output)
    {
        lock (_lock)
        {
            MoveTo(output);
            _protocol = protocol;
        }
    }

    /// <summary>Nothing comes out of it any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _queue.Clear();
            Volatile.Write(ref _length, 0);
        }
    }

    private void Added()
    {
        Volatile.Write(ref _length, _queue.Length);
        if (!session.ExceedsOutputLimit(_queue.Length + session.Connection.PendingBytes)) return;
        // The memory goes back now, not when the connection's thread comes to it.
        _isClosed = true;
        _queue.Clear();
        Volatile.Write(ref _length, 0);
        session.CutOff();
    }
}
