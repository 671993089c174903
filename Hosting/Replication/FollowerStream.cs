using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;

namespace OrleansKv.Hosting.Replication;

/// <summary>
/// What this server sends to one that follows it, on a thread of its own: a whole copy where one is needed, and the records as they come.
/// So much waits for the follower as <see cref="RoomBytes"/> allows and no more; the rest stays where the feed has it from, and a follower
/// that lags behind that is cut off. Its session's I/O thread tells of its answers.
/// </summary>
/// <param name="store">This server's.</param>
/// <param name="session">The follower's connection.</param>
/// <param name="feed">Its records.</param>
/// <param name="isCopy">It is sent a whole copy first.</param>
/// <param name="port">On which it serves clients, as it says.</param>
internal sealed class FollowerStream(NodeStore store, Session session, IFollowerFeed feed, bool isCopy, int port) : IDisposable
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

    private readonly CancellationTokenSource _stop = new();
    private Thread? _thread;
    private long _acknowledged = -1;
    private long _onDisk = -1;
    private long _heardMs = Environment.TickCount64;
    private long _saidMs;

    /// <summary>The place up to which the follower has written all; -1 before its first word.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>The same for its disk.</summary>
    public long OnDisk => Volatile.Read(ref _onDisk);

    /// <summary>The connection has closed.</summary>
    public bool HasEnded => _stop.IsCancellationRequested;

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Host}:{port}");

    private string Host => (session.Connection.Remote as IPEndPoint)?.Address.ToString() ?? "";

    public FollowerReport Report() => new()
    {
        Node = Name,
        Host = Host,
        Port = port,
        Offset = Math.Max(0, Acknowledged),
        LagBytes = Math.Max(0, feed.End - Math.Max(0, Acknowledged)),
        LagSeconds = Acknowledged < 0 ? null : (Environment.TickCount64 - Volatile.Read(ref _heardMs)) / 1000,
    };

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "stream-out" };
        _thread.Start();
    }

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
        session.Kill(reason);
    }

    public void Dispose() => _stop.Cancel();

    /// <summary>Waits until the thread uses the store no more.</summary>
    public void Join() => _thread?.Join();

    private void Run()
    {
        try
        {
            SayLineage();
            if (isCopy) SendCopy();
            while (true) SendSome();
        }
        catch (OperationCanceledException)
        {
            // the connection has closed, or the server stops
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException or TimeoutException)
        {
            session.Server.Faults.Notice($"The stream to the follower {Name} ends: {failure.Message}");
            session.Kill("its stream has ended");
        }
        catch (Exception failure)
        {
            session.Server.Faults.Report("stream-out", failure);
            session.Kill("its stream has failed");
        }
        finally
        {
            Dispose();
        }
    }

    private void SayLineage()
    {
        byte[] lineage = feed.Lineage();
        var content = new byte[sizeof(long) + lineage.Length];
        BinaryPrimitives.WriteInt64LittleEndian(content, feed.Place);
        lineage.CopyTo(content.AsSpan(sizeof(long)));
        Post(StreamFrame.Lineage, content);
    }

    // Records go out between the entries, so that they need not be kept for all of a long copy.
    private void SendCopy()
    {
        Post(StreamFrame.Map, store.Map.ToBytes());
        int shards = store.Map.CellCount;
        for (int i = 0; i < shards; i++) SendShard(new ShardId((ushort)i));
        feed.EndEntries();
        while (!feed.IsCopyWhole()) SendSome();
        Post(StreamFrame.CopyEnd, default);
    }

    private void SendShard(ShardId id)
    {
        using ShardExport export = ShardExport.Begin(store, id, withRecords: false);
        feed.BeginShard(id, export.Position);
        EpochStart[] starts = [new EpochStart(export.Position.Epoch, export.Position.Lsn), .. export.Epochs];
        var head = new byte[sizeof(ushort) + (starts.Length * EpochStart.SizeBytes)];
        BinaryPrimitives.WriteUInt16LittleEndian(head, id.Value);
        for (int i = 0; i < starts.Length; i++) starts[i].Write(head.AsSpan(sizeof(ushort) + (i * EpochStart.SizeBytes)));
        Post(StreamFrame.Shard, head);
        while (export.NextEntries() is { } part)
        {
            PostPieces(part, StreamFrame.Piece, StreamFrame.PartEnd);
            feed.Check();
            while (SendRecords())
            {
                // all that there are
            }
        }

        Span<byte> count = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(count, export.Entries);
        Post(StreamFrame.ShardEnd, count);
    }

    private void SendSome()
    {
        SayAlive();
        if (!SendRecords()) feed.Wait(HeartbeatMs / 4, _stop.Token);
    }

    // False when there are none.
    private bool SendRecords()
    {
        ReadOnlyMemory<byte> records = feed.Next();
        if (records.IsEmpty) return false;
        PostPieces(records.Span, StreamFrame.Records, StreamFrame.Records);
        return true;
    }

    private void SayAlive()
    {
        feed.Check();
        long now = Environment.TickCount64;
        if (now - Volatile.Read(ref _heardMs) > SilenceMs) throw new TimeoutException($"it has been silent for {SilenceMs / 1000} s");
        if (now - _saidMs < HeartbeatMs) return;
        _saidMs = now;
        feed.Measure();
        Span<byte> end = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(end, feed.End);
        Post(StreamFrame.Heartbeat, end);
    }

    private void PostPieces(ReadOnlySpan<byte> content, StreamFrame kind, StreamFrame last)
    {
        for (int at = 0; at < content.Length; at += FrameBytes)
        {
            ReadOnlySpan<byte> piece = content.Slice(at, Math.Min(FrameBytes, content.Length - at));
            Post(at + piece.Length == content.Length ? last : kind, piece);
        }
    }

    private void Post(StreamFrame kind, ReadOnlySpan<byte> content)
    {
        while (session.Outbox.Length + session.Connection.PendingBytes > RoomBytes)
        {
            if (Environment.TickCount64 - Volatile.Read(ref _heardMs) > SilenceMs)
                throw new TimeoutException($"it has been silent for {SilenceMs / 1000} s");
            if (!feed.IsKept) throw TooSlow();
            _stop.Token.WaitHandle.WaitOne(RoomLookMs);
            _stop.Token.ThrowIfCancellationRequested();
        }

        byte[] head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${content.Length + 1}\r\n"));
        var frame = new byte[head.Length + 1 + content.Length + 2];
        head.CopyTo(frame, 0);
        frame[head.Length] = (byte)kind;
        content.CopyTo(frame.AsSpan(head.Length + 1));
        "\r\n"u8.CopyTo(frame.AsSpan(frame.Length - 2));
        session.Outbox.Post(frame);
    }

    /// <summary>Records that the follower lacks are not kept any more.</summary>
    public static InvalidOperationException TooSlow() =>
        new("it is slow, and the backlog (--repl-backlog) does not keep the records that it lacks");
}
