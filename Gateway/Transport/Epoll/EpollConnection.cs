using System.Net;
using System.Net.Sockets;
using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Gateway.Transport.Epoll;

/// <summary>
/// One socket of an <see cref="EpollWorker"/>. An idle connection holds no buffers: input that is not a whole command yet, and output
/// that the peer does not take, are the only bytes it keeps. Its worker's thread runs all of it but <see cref="Wake"/> and
/// <see cref="Kill"/>.
/// </summary>
internal sealed class EpollConnection(Socket socket, EpollWorker worker, Placement placement, EndPoint? remote, EndPoint? local)
    : IConnection
{
    /// <summary>Input buffers up to this size are kept while a command is unfinished, however few its bytes are.</summary>
    private const int SmallInputBytes = 64 * 1024;

    private readonly ByteQueue _unsent = new();
    private volatile EpollWorker _owner = worker;
    private byte[] _input = [];
    private int _inputLength;
    private int _wakeRequested;

    public Socket Socket { get; } = socket;

    public int Fd { get; } = (int)socket.Handle;

    public Session Session { get; set; } = null!;

    public EndPoint? Remote { get; } = remote;

    public EndPoint? Local { get; } = local;

    public long PendingBytes => _unsent.Length;

    public ConnectionMemory Memory => new(_inputLength, Math.Max(_input.Length - _inputLength, 0), _unsent.Chunks, _unsent.HeldBytes);

    /// <summary>What epoll watches for now.</summary>
    public int Interest { get; set; }

    /// <summary>Whether it stands in the worker's list of connections whose replies wait for the commit.</summary>
    public bool IsDeferred { get; set; }

    public bool IsClosed { get; set; }

    /// <summary>The thread that serves it.</summary>
    public EpollWorker Owner => _owner;

    /// <summary>Whether its thread knows it: not before it was opened, nor on the way from one thread to another.</summary>
    public bool IsListed { get; set; }

    /// <summary>Under which its thread was chosen.</summary>
    public Placement Placement { get; set; } = placement;

    /// <summary>Everything that it has asked for was run and sent, and nothing is under way: another thread may go on with it.</summary>
    public bool IsAtRest =>
        !IsClosed && !IsDeferred && Interest == Native.EpollIn && !HasUnsent && !HasWork
        && !Session.IsHeld && !Session.IsClosing && Session.Output.Length == 0;

    public bool HasUnsent => _unsent.Length > 0;

    /// <summary>There is something to run: input, or what the session has deferred.</summary>
    public bool HasWork => _inputLength > 0 || Session.Deferred is not null;

    public void Wake()
    {
        if (Interlocked.Exchange(ref _wakeRequested, 1) == 0) _owner.Wake(this);
    }

    /// <summary>
    /// Hands it over: the last that its thread does with it. A wake-up that is still in the old thread's queue is passed on by it, and
    /// whichever message comes first to the new thread makes it known there.
    /// </summary>
    public void MoveTo(EpollWorker next)
    {
        _owner = next;
        Wake();
    }

    public void Kill() => Wake(); // its thread waits for no single peer

    public void WakeSeen() => Volatile.Write(ref _wakeRequested, 0);

    /// <summary>Reads what there is and runs it; false when the peer has closed or the connection broke.</summary>
    public bool Receive(byte[] shared, Worker state)
    {
        if (_inputLength == 0)
        {
            nint read = Native.Receive(Fd, shared);
            if (read <= 0) return read < 0 && Native.Errno is Native.Again or Native.Interrupted;
            state.Metrics?.Received(read);
            int taken = Session.Process(shared.AsSpan(0, (int)read), state);
            Keep(shared.AsSpan(taken, (int)read - taken));
            return true;
        }

        EnsureRoom();
        nint more = Native.Receive(Fd, _input.AsSpan(_inputLength));
        if (more <= 0) return more < 0 && Native.Errno is Native.Again or Native.Interrupted;
        state.Metrics?.Received(more);
        _inputLength += (int)more;
        RunBuffered(state);
        return true;
    }

    /// <summary>Runs what was read before and could not go on then.</summary>
    public void RunBuffered(Worker state)
    {
        if (!HasWork) return;
        int taken = Session.Process(_input.AsSpan(0, _inputLength), state);
        if (taken == 0) return;
        _inputLength -= taken;
        if (_inputLength == 0) ReleaseInput();
        else if (_input.Length > SmallInputBytes && _inputLength < _input.Length / 4) MoveInput(taken);
        else Buffer.BlockCopy(_input, taken, _input, 0, _inputLength);
    }

    /// <summary>Sends the session's output; what the peer does not take is kept. False when the connection broke.</summary>
    public bool Send(WorkerMetrics? metrics)
    {
        if (HasUnsent && !SendUnsent(metrics)) return false;
        ReadOnlySpan<byte> output = Session.Output.Written;
        if (output.IsEmpty) return true;
        if (!HasUnsent)
        {
            int sent = TrySend(output, metrics);
            if (sent < 0) return false;
            output = output[sent..];
        }

        _unsent.Append(output);
        Session.Output.Release();
        return true;
    }

    public void Release()
    {
        ReleaseInput();
        _unsent.Clear();
    }

    private bool SendUnsent(WorkerMetrics? metrics)
    {
        while (HasUnsent)
        {
            ReadOnlySpan<byte> first = _unsent.First;
            int sent = TrySend(first, metrics);
            if (sent < 0) return false;
            bool isFull = sent < first.Length;
            if (sent > 0) _unsent.Take(sent);
            if (isFull) break;
        }

        return true;
    }

    // Bytes the socket took, 0 when it is full, -1 when it broke.
    private int TrySend(ReadOnlySpan<byte> bytes, WorkerMetrics? metrics)
    {
        nint sent = Native.Send(Fd, bytes);
        if (sent >= 0)
        {
            metrics?.Sent(sent);
            return (int)sent;
        }

        return Native.Errno is Native.Again or Native.Interrupted ? 0 : -1;
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty) return;
        _input = ByteBuffers.Rent(InputSizing.For(rest.Length, Session.NeededBytes));
        rest.CopyTo(_input);
        _inputLength = rest.Length;
    }

    private void EnsureRoom()
    {
        if (_input.Length - _inputLength >= InputSizing.LeastRoomBytes) return;
        // The rest of the command fits.
        if (_inputLength < _input.Length && _input.Length >= Session.NeededBytes && Session.NeededBytes > 0) return;
        Resize(0, InputSizing.For(_inputLength, Session.NeededBytes));
    }

    // What is left is little: the large buffer of the commands before it goes.
    private void MoveInput(int taken) => Resize(taken, InputSizing.For(_inputLength, Session.NeededBytes));

    private void Resize(int from, int size)
    {
        byte[] other = ByteBuffers.Rent(size);
        _input.AsSpan(from, _inputLength).CopyTo(other);
        ByteBuffers.Return(_input);
        _input = other;
    }

    private void ReleaseInput()
    {
        ByteBuffers.Return(_input);
        _input = [];
        _inputLength = 0;
    }
}
