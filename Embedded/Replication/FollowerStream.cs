using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Embedded.Replication;

/// <summary>
/// What this server sends to one that follows it, on a thread of its own: a whole copy where one is needed, and the records of the backlog
/// as they come. So much waits for the follower as <see cref="RoomBytes"/> allows and no more; the rest stays in the backlog, and a
/// follower that lags behind that is cut off. Its session's I/O thread tells of its answers.
/// </summary>
internal sealed class FollowerStream : IDisposable
{
    /// <summary>Bytes that wait in the connection: enough for it to be busy while the thread makes more.</summary>
    private const int RoomBytes = 1024 * 1024;

    /// <summary>A frame of records, or of entries.</summary>
    private const int FrameBytes = 256 * 1024;

    private const int HeartbeatMs = 1_000;

    /// <summary>Silence after which a follower counts as lost, ms: Redis' repl-timeout.</summary>
    private const int SilenceMs = 60_000;

    /// <summary>Time between looks for room, ms.</summary>
    private const int RoomLookMs = 2;

    private readonly NodeStore _store;
    private readonly Session _session;
    private readonly StreamBacklog _backlog;
    private readonly bool _isCopy;
    private readonly int _port;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly byte[] _buffer = new byte[FrameBytes];
    private long _place;
    private long _acknowledged = -1;
    private long _onDisk = -1;
    private long _heardMs = Environment.TickCount64;
    private long _saidMs;

    public FollowerStream(NodeStore store, Session session, StreamBacklog backlog, long place, bool isCopy, int port)
    {
        (_store, _session, _backlog, _place, _isCopy, _port) = (store, session, backlog, place, isCopy, port);
        _thread = new Thread(Run) { IsBackground = true, Name = "stream-out" };
    }

    /// <summary>The leader's journal offset up to which the follower has written all; -1 before its first word.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>The same for its disk.</summary>
    public long OnDisk => Volatile.Read(ref _onDisk);

    /// <summary>The connection has closed.</summary>
    public bool HasEnded => _stop.IsCancellationRequested;

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Host}:{_port}");

    private string Host => (_session.Connection.Remote as IPEndPoint)?.Address.ToString() ?? "";

    public FollowerReport Report() => new()
    {
        Node = Name,
        Host = Host,
        Port = _port,
        Offset = Math.Max(0, Acknowledged),
        LagSeconds = Acknowledged < 0 ? null : (Environment.TickCount64 - Volatile.Read(ref _heardMs)) / 1000,
    };

    public void Start() => _thread.Start();

    public void Heard(long applied, long onDisk)
    {
        Volatile.Write(ref _heardMs, Environment.TickCount64);
        Volatile.Write(ref _acknowledged, applied);
        Volatile.Write(ref _onDisk, onDisk);
    }

    /// <summary>Ends it soon; the connection with it.</summary>
    public void Cut(string reason)
    {
        Dispose();
        _session.Kill(reason);
    }

    public void Dispose() => _stop.Cancel();

    /// <summary>Waits until the thread uses the store no more.</summary>
    public void Join()
    {
        if (_thread.IsAlive) _thread.Join();
    }

    private void Run()
    {
        try
        {
            SayLineage();
            if (_isCopy) SendCopy();
            while (true)
            {
                SayAlive();
                if (!SendRecords()) WaitForMore();
            }
        }
        catch (OperationCanceledException)
        {
            // the connection has closed, or the server stops
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException or TimeoutException)
        {
            _session.Server.Faults.Notice($"The stream to the follower {Name} ends: {failure.Message}");
            _session.Kill("its stream has ended");
        }
        catch (Exception failure)
        {
            _session.Server.Faults.Report("stream-out", failure);
            _session.Kill("its stream has failed");
        }
        finally
        {
            Dispose();
        }
    }

    private void SayLineage()
    {
        byte[] lineage = _store.Links.Publish().ToBytes();
        var content = new byte[sizeof(long) + lineage.Length];
        BinaryPrimitives.WriteInt64LittleEndian(content, _place);
        lineage.CopyTo(content.AsSpan(sizeof(long)));
        Post(StreamFrame.Lineage, content);
    }

    // Records go out between the entries, so that the backlog need not keep what comes during a long copy.
    private void SendCopy()
    {
        Post(StreamFrame.Map, _store.Map.ToBytes());
        int shards = _store.Map.CellCount;
        for (int i = 0; i < shards; i++) SendShard(new Protocol.ShardId((ushort)i));
        long whole = _store.Links.End;
        if (!_store.Commit(_store.Appended, Protocol.Durability.No)) throw new IOException(_store.Journal!.Failure);
        while (_place < whole)
        {
            if (!SendRecords()) WaitForMore();
        }

        Post(StreamFrame.CopyEnd, default);
    }

    private void SendShard(Protocol.ShardId id)
    {
        using ShardExport export = ShardExport.Begin(_store, id, withRecords: false);
        EpochStart[] starts = [new EpochStart(export.Position.Epoch, export.Position.Lsn), .. export.Epochs];
        var head = new byte[sizeof(ushort) + (starts.Length * EpochStart.SizeBytes)];
        BinaryPrimitives.WriteUInt16LittleEndian(head, id.Value);
        for (int i = 0; i < starts.Length; i++) starts[i].Write(head.AsSpan(sizeof(ushort) + (i * EpochStart.SizeBytes)));
        Post(StreamFrame.Shard, head);
        while (export.NextEntries() is { } part)
        {
            for (int at = 0; at < part.Length; at += FrameBytes)
            {
                ReadOnlySpan<byte> piece = part.AsSpan(at, Math.Min(FrameBytes, part.Length - at));
                Post(at + piece.Length == part.Length ? StreamFrame.PartEnd : StreamFrame.Piece, piece);
            }

            while (SendRecords())
            {
                // all that there are
            }
        }

        Span<byte> count = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(count, export.Entries);
        Post(StreamFrame.ShardEnd, count);
    }

    // False when there are none.
    private bool SendRecords()
    {
        int count = _backlog.Read(_place, _buffer);
        if (count < 0) throw TooSlow();
        if (count == 0) return false;
        Post(StreamFrame.Records, _buffer.AsSpan(0, count));
        _place += count;
        return true;
    }

    private void SayAlive()
    {
        if (!ReferenceEquals(_backlog, _store.Links.Backlog))
            throw new InvalidOperationException("this server takes a whole copy of another one");
        long now = Environment.TickCount64;
        if (now - Volatile.Read(ref _heardMs) > SilenceMs) throw new TimeoutException($"it has been silent for {SilenceMs / 1000} s");
        if (now - _saidMs < HeartbeatMs) return;
        _saidMs = now;
        Span<byte> end = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(end, _store.Links.End);
        Post(StreamFrame.Heartbeat, end);
    }

    private void WaitForMore()
    {
        _store.Commit(_store.Appended, Protocol.Durability.No); // a commit that nobody asks for: a failure is the journal's to tell
        _backlog.WhenBehind(_place).Wait(HeartbeatMs / 4, _stop.Token);
    }

    private static InvalidOperationException TooSlow() =>
        new("it is slow, and the backlog (--repl-backlog) does not keep the records that it lacks");

    private void Post(StreamFrame kind, ReadOnlySpan<byte> content)
    {
        while (_session.Outbox.Length + _session.Connection.PendingBytes > RoomBytes)
        {
            if (Environment.TickCount64 - Volatile.Read(ref _heardMs) > SilenceMs)
                throw new TimeoutException($"it has been silent for {SilenceMs / 1000} s");
            if (!_backlog.Keeps(_place)) throw TooSlow();
            _stop.Token.WaitHandle.WaitOne(RoomLookMs);
            _stop.Token.ThrowIfCancellationRequested();
        }

        byte[] head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${content.Length + 1}\r\n"));
        var frame = new byte[head.Length + 1 + content.Length + 2];
        head.CopyTo(frame, 0);
        frame[head.Length] = (byte)kind;
        content.CopyTo(frame.AsSpan(head.Length + 1));
        "\r\n"u8.CopyTo(frame.AsSpan(frame.Length - 2));
        _session.Outbox.Post(frame);
    }
}
