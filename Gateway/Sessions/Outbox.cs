using OrleansKv.Engine.Resp;

namespace OrleansKv.Gateway.Sessions;

/// <summary>
/// Bytes that other threads have for a session. Bounded: a subscriber that does not read is cut off, as Redis does with its
/// client-output-buffer-limit, instead of eating the server's memory.
/// </summary>
internal sealed class Outbox(Session session)
{
    private readonly Lock _lock = new();
    private byte[] _bytes = [];
    private int _length;
    private bool _closed;

    /// <summary>Adds one finished message and wakes the session's thread; any thread.</summary>
    public void Post(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            if (_closed) return;
            if (_length + message.Length + session.Connection.PendingBytes > session.Server.OutputLimitBytes)
            {
                _closed = true;
                session.Kill("output buffer limit reached: the client does not read what it subscribed to");
                return;
            }

            int needed = _length + message.Length;
            if (needed > _bytes.Length) Array.Resize(ref _bytes, Math.Max(needed, Math.Max(512, _bytes.Length * 2)));
            message.CopyTo(_bytes.AsSpan(_length));
            _length = needed;
        }

        session.Connection.Wake();
    }

    /// <summary>Moves what has come into <paramref name="output"/>; the session's thread.</summary>
    public void MoveTo(ReplyWriter output)
    {
        if (Volatile.Read(ref _length) == 0) return;
        lock (_lock)
        {
            output.Raw(_bytes.AsSpan(0, _length));
            _length = 0;
            const int Keep = 16 * 1024;
            if (_bytes.Length > Keep) _bytes = [];
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _length = 0;
            _bytes = [];
        }
    }
}
