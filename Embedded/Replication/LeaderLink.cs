using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Options;
using OrleansKv.Hosting.Replication;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Embedded.Replication;

/// <summary>
/// Follows a leader on a thread of its own: connects, takes a whole copy where one is needed, applies the records as they come, says how
/// far it is, and tries again when the link breaks, with the next leader where there are several. It is told of once when it goes, and once
/// when it comes back.
/// </summary>
/// <param name="leaders">Whom: one of them at a time, and the next one when that cannot be.</param>
/// <param name="store">This server's.</param>
/// <param name="config">The settings of now: a password that is set is used by the next try.</param>
/// <param name="runId">This process': a leader that has the same one is this server itself.</param>
/// <param name="tell">Takes a line for the log.</param>
/// <param name="changed">The store's past has become another: who follows this server must ask anew.</param>
internal sealed class LeaderLink(
    Leaders leaders, NodeStore store, RuntimeConfig config, string runId, Action<string> tell, Action changed) : IDisposable
{
    private const int FirstPauseMs = 100;
    private const int LongestPauseMs = 5_000;

    /// <summary>Longest time between answers while more and more comes, ms.</summary>
    private const int AnswerMs = 100;

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _part = new();
    private LeaderConnection? _connection; // under the lock
    private Thread? _thread;
    private StoreCopy? _copy;
    private Task? _loading;
    private StreamFeed? _feed;
    private readonly string?[] _told = new string?[leaders.All.Count]; // what was last said of each
    private volatile int _at; // the one that is followed or tried
    private int _failed; // tries since the link was up last
    private volatile string _state = "connect";
    private long _saidMs;
    private long _heardMs = -1;
    private long _downSinceMs = Environment.TickCount64;
    private long _leaderEnd = -1;

    /// <summary>The leader's journal offset up to which all is applied here; 0 before its first word.</summary>
    public long Applied => Volatile.Read(ref _feed)?.Applied ?? 0;

    public bool IsUp => _state == "connected";

    private Leader Leader => leaders.All[_at];

    public LeaderReport Report()
    {
        long now = Environment.TickCount64, heard = Volatile.Read(ref _heardMs), end = Volatile.Read(ref _leaderEnd);
        string state = _state;
        Leader leader = Leader;
        return new LeaderReport
        {
            Host = leader.Host,
            Port = leader.Port,
            State = state,
            SilentSeconds = heard < 0 ? null : (now - heard) / 1000,
            DownSeconds = state == "connected" ? null : (now - Volatile.Read(ref _downSinceMs)) / 1000,
            LagBytes = end < 0 ? null : Math.Max(0, end - Applied),
        };
    }

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "stream-in" };
        _thread.Start();
    }

    /// <summary>Ends it and waits; what has been applied stays.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        lock (_lock) _connection?.Dispose();
        _thread?.Join();
    }

    private void Run()
    {
        int pauseMs = FirstPauseMs;
        while (!_stop.IsCancellationRequested)
        {
            string problem = Try();
            if (_stop.IsCancellationRequested) return;
            if (IsUp)
            {
                (pauseMs, _failed) = (FirstPauseMs, 0);
                Array.Clear(_told);
                Volatile.Write(ref _downSinceMs, Environment.TickCount64);
            }

            _state = "connect";
            if (problem != _told[_at]) tell($"The link to the leader {Leader} is down: {problem}. {WhatNext}");
            _told[_at] = problem;
            _at = (_at + 1) % leaders.All.Count;
            if (++_failed % leaders.All.Count != 0) continue; // another one may be well
            _stop.Token.WaitHandle.WaitOne(pauseMs);
            pauseMs = Math.Min(pauseMs * 2, LongestPauseMs);
        }
    }

    private string WhatNext => leaders.All.Count > 1
        ? "The servers of --replica-of are tried in turn until one can be followed."
        : "It is tried again until it is back.";

    // Follows until the link breaks, and says why it has.
    private string Try()
    {
        try
        {
            _state = "connecting";
            using LeaderConnection connection = LeaderConnection.Open(Leader, config.Current, _stop.Token);
            lock (_lock)
            {
                _connection = connection;
                if (_stop.IsCancellationRequested) return "";
            }

            bool isWhole = Greet(connection);
            _state = "sync";
            Follow(connection, isWhole);
            return "";
        }
        catch (OperationCanceledException)
        {
            return "it does not answer";
        }
        catch (Exception failure) when (failure is not OutOfMemoryException) // also what frames that are no frames lead to
        {
            return failure.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.');
        }
        finally
        {
            lock (_lock) _connection = null;
            EndCopy();
        }
    }

    // True when the leader sends a whole copy.
    private bool Greet(LeaderConnection connection)
    {
        ServerOptions options = config.Current;
        if (options.MasterAuth.Length > 0)
        {
            byte[] password = Encoding.UTF8.GetBytes(options.MasterAuth);
            if (options.MasterUser.Length > 0) connection.Send("AUTH"u8.ToArray(), Encoding.UTF8.GetBytes(options.MasterUser), password);
            else connection.Send("AUTH"u8.ToArray(), password);
            string answer = Ask(connection);
            if (answer.StartsWith('-')) throw new LinkException($"it does not take the password of --masterauth: {answer[1..]}");
        }

        connection.Send("REPLSTREAM"u8.ToArray(), Encoding.ASCII.GetBytes(FollowerStreams.Version), Encoding.ASCII.GetBytes(runId),
            Encoding.ASCII.GetBytes(options.Port.ToString(CultureInfo.InvariantCulture)), store.Links.State());
        return Ask(connection) switch
        {
            "+FULL" when _failed < leaders.All.Count - 1 && store.Links.HasPast =>
                throw new LinkException("it would have to send a whole copy: the others are asked first"),
            "+FULL" => true,
            "+CONTINUE" => false,
            var other when other.StartsWith("-NOAUTH", StringComparison.Ordinal) =>
                throw new LinkException("it asks for a password: set --masterauth"),
            var other when other.StartsWith("-ERR unknown command", StringComparison.Ordinal) =>
                throw new LinkException("it does not know REPLSTREAM: it is an older version, or another server"),
            var other when other.StartsWith('-') => throw new LinkException(other[1..]),
            var other => throw new LinkException($"it answers what is not understood: {other}"),
        };
    }

    private string Ask(LeaderConnection connection)
    {
        try
        {
            return connection.ReadLine();
        }
        catch (Exception failure) when (failure is LinkException or IOException && !config.Current.TlsReplication)
        {
            throw new LinkException($"{failure.Message}; does it want TLS (--tls-replication yes)");
        }
    }

    private void Follow(LeaderConnection connection, bool isWhole)
    {
        Lineage? lineage = null;
        long place = 0;
        while (true)
        {
            (StreamFrame kind, ReadOnlyMemory<byte> memory) = connection.ReadFrame();
            ReadOnlySpan<byte> content = memory.Span;
            Volatile.Write(ref _heardMs, Environment.TickCount64);
            switch (kind)
            {
                case StreamFrame.Lineage:
                    place = BinaryPrimitives.ReadInt64LittleEndian(content);
                    lineage = Lineage.FromBytes(content[sizeof(long)..]);
                    Volatile.Write(ref _leaderEnd, place); // places of another leader's stream say nothing of this one
                    if (!isWhole) GoOn(lineage, place);
                    break;
                case StreamFrame.Map:
                    _copy = new StoreCopy(store, SlotMap.FromBytes(content), lineage!, place);
                    break;
                case StreamFrame.Shard:
                    _copy!.AddShard(content);
                    break;
                case StreamFrame.Piece or StreamFrame.PartEnd:
                    _part.Write(content);
                    if (kind == StreamFrame.Piece) break;
                    _copy!.AddEntries(_part.WrittenSpan);
                    _part.ResetWrittenCount();
                    break;
                case StreamFrame.ShardEnd:
                    _copy!.EndShard(BinaryPrimitives.ReadInt64LittleEndian(content));
                    break;
                case StreamFrame.CopyEnd:
                    BeginLoading();
                    break;
                case StreamFrame.Records:
                    Take(content);
                    break;
                case StreamFrame.Heartbeat:
                    Volatile.Write(ref _leaderEnd, BinaryPrimitives.ReadInt64LittleEndian(content));
                    break;
                default:
                    throw new LinkException($"it sends a frame of a kind ({(byte)kind}) that this version does not know");
            }

            if (_loading is { IsCompleted: true }) EndLoading();
            if (connection.HasMore && Environment.TickCount64 - _saidMs < AnswerMs) continue;
            Acknowledge(connection);
        }
    }

    private void GoOn(Lineage lineage, long place)
    {
        store.Links.Adopt(lineage);
        Volatile.Write(ref _feed, new StreamFeed(store, place));
        changed();
        _state = "connected";
        tell($"Follows the leader {Leader}, and goes on where it was.");
    }

    private void Take(ReadOnlySpan<byte> records)
    {
        if (_copy is { } copy) copy.AddRecords(records);
        else _feed!.Take(records);
        if (_copy is not null && _loading is null) return;
        if (!store.Commit(store.Appended, config.Current.Fsync)) throw new IOException(store.Journal!.Failure);
    }

    private void BeginLoading()
    {
        StoreCopy copy = _copy!;
        changed();
        _loading = Task.Factory.StartNew(copy.Load, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    // The copy is whole here, whatever becomes of the link.
    private void EndLoading()
    {
        Task loading = _loading!;
        StoreCopy copy = _copy!;
        (_loading, _copy) = (null, null);
        using (copy)
        {
            loading.GetAwaiter().GetResult();
            Volatile.Write(ref _feed, copy.Feed);
        }

        changed();

        _state = "connected";
        tell(string.Create(CultureInfo.InvariantCulture, $"Follows the leader {Leader}: has a whole copy of it, {store.Count:N0} keys."));
    }

    private void EndCopy()
    {
        _part.ResetWrittenCount();
        if (_loading is { } loading)
        {
            loading.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
            if (loading.IsCompletedSuccessfully) EndLoading();
            else tell($"The copy of the leader {Leader} could not be loaded: {loading.Exception!.GetBaseException().Message}");
        }

        try
        {
            _copy?.Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A file is left that nobody reads; the next start deletes it.
        }

        (_loading, _copy) = (null, null);
    }

    // Before a copy is whole it has nothing of the leader, and says no more than that it lives.
    private void Acknowledge(LeaderConnection connection)
    {
        _saidMs = Environment.TickCount64;
        long applied = IsUp ? Applied : -1;
        if (applied > Volatile.Read(ref _leaderEnd)) Volatile.Write(ref _leaderEnd, applied);
        bool isOnDisk = applied >= 0 && store.Journal is { } journal && journal.Synced >= journal.Appended;
        connection.Send("REPLACK"u8.ToArray(), Encoding.ASCII.GetBytes(applied.ToString(CultureInfo.InvariantCulture)),
            Encoding.ASCII.GetBytes(isOnDisk ? applied.ToString(CultureInfo.InvariantCulture) : "-1"));
    }
}
