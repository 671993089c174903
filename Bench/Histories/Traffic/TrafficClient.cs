using System.Net;
using OrleansKv.Bench.Histories.Validation;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Report;

namespace OrleansKv.Bench.Histories.Traffic;

/// <summary>
/// One client on a thread of its own: an operation after the other on one connection to its node, or to another one while that takes none.
/// It records each with what it was told. Its own thread, until <see cref="Join"/>.
/// </summary>
internal sealed class TrafficClient
{
    /// <summary>A shard without a leader is answered for after 5 s; a node that hangs answers nobody.</summary>
    private const int TimeoutMs = 6_000;

    /// <summary>Pause behind an error or a refused connection: nothing is to be had at once.</summary>
    private const int ErrorPauseMs = 50;

    /// <summary>Operations after which a client that had to leave its node tries it again, about.</summary>
    private const int OperationsAway = 20;

    private readonly int _id;
    private readonly int _clients;
    private readonly IReadOnlyList<IPEndPoint> _nodes;
    private readonly TrafficKeys _keys;
    private readonly TrafficProgress _progress;
    private readonly double _thinkMs;
    private readonly Random _random;
    private readonly List<RecordedOperation> _recorded = [];
    private readonly Thread _thread;
    private HistoryConnection? _connection;
    private int _node;
    private int _process;
    private int _written;
    private bool _isLost;
    private Exception? _failure;

    /// <param name="id">Its number, from 0.</param>
    /// <param name="clients">How many there are.</param>
    /// <param name="nodes">Where the nodes listen.</param>
    /// <param name="keys">Which it shares with the others.</param>
    /// <param name="progress">Ends it.</param>
    /// <param name="thinkMs">Pause behind an operation, on average.</param>
    /// <param name="seed">Of its choices.</param>
    public TrafficClient(
        int id, int clients, IReadOnlyList<IPEndPoint> nodes, TrafficKeys keys, TrafficProgress progress, double thinkMs, int seed)
    {
        (_id, _clients, _nodes, _keys, _progress, _thinkMs) = (id, clients, nodes, keys, progress, thinkMs);
        (_process, _node, _random) = (id, id % nodes.Count, new Random(seed));
        _thread = new Thread(Run) { IsBackground = true, Name = Numbers.Text($"client {id}") };
        _thread.Start();
    }

    /// <summary>Waits for its last answer; what it has recorded, in the order of the calls. Throws what ended it before.</summary>
    public IReadOnlyList<RecordedOperation> Join()
    {
        _thread.Join();
        return _failure is null ? _recorded : throw new InvalidOperationException($"client {_id}: {_failure.Message}", _failure);
    }

    private void Run()
    {
        try
        {
            while (!_progress.IsOver)
            {
                if (!HasConnection()) Thread.Sleep(ErrorPauseMs);
                else Step(_keys.Choose(_random));
            }
        }
        catch (Exception failure)
        {
            _failure = failure;
            _progress.Stop();
        }
        finally
        {
            _connection?.Dispose();
        }
    }

    private bool HasConnection()
    {
        int home = _id % _nodes.Count;
        if (_connection is not null && (_isLost || _connection.IsClosed))
        {
            Drop();
            _node = (_node + 1) % _nodes.Count;
        }
        else if (_node != home && _random.Next(OperationsAway) == 0)
        {
            Drop();
            _node = home;
        }

        if (_connection is not null) return true;
        _connection = HistoryConnection.TryOpen(_nodes[_node], TimeoutMs);
        if (_connection is null) _node = (_node + 1) % _nodes.Count;
        return _connection is not null;
    }

    private void Drop()
    {
        _connection?.Dispose();
        _connection = null;
        _isLost = false;
    }

    private void Step(TrafficKey key)
    {
        int choice = _random.Next(10);
        OperationOutcome outcome = (key.Kind, choice) switch
        {
            (_, < 4) => Read(key),
            (KeyKind.Register, < 7) => Set(key),
            (KeyKind.Register, < 8) => Swap(key),
            (KeyKind.Register, _) => CompareAndSet(key),
            (KeyKind.Append, _) => Append(key),
            _ => Increment(key),
        };
        if (outcome == OperationOutcome.Done) Think();
        else Thread.Sleep(ErrorPauseMs);
    }

    // Half of the operations follow at once, so that many overlap.
    private void Think()
    {
        if (_random.Next(2) == 0) Thread.Sleep(TimeSpan.FromMilliseconds(_random.NextDouble() * 4 * _thinkMs));
    }

    private OperationOutcome Read(TrafficKey key)
    {
        TimeSpan called = _progress.Now;
        HistoryReply reply = _connection!.Call(["GET", key.Name]);
        return Record(key, called, reply, ReplyKind.Bulk, new KeyOperation(KeyAction.Read, null, reply.Value));
    }

    private OperationOutcome Set(TrafficKey key)
    {
        string value = NewValue();
        TimeSpan called = _progress.Now;
        HistoryReply reply = _connection!.Call(["SET", key.Name, value]);
        return Record(key, called, reply, ReplyKind.Simple, new KeyOperation(KeyAction.Set, value, null));
    }

    private OperationOutcome Swap(TrafficKey key)
    {
        string value = NewValue();
        TimeSpan called = _progress.Now;
        HistoryReply reply = _connection!.Call(["SET", key.Name, value, "GET"]);
        return Record(key, called, reply, ReplyKind.Bulk, new KeyOperation(KeyAction.Swap, value, reply.Value));
    }

    private OperationOutcome Append(TrafficKey key)
    {
        string token = NewValue() + AppendModel.EndOfToken;
        TimeSpan called = _progress.Now;
        HistoryReply reply = _connection!.Call(["APPEND", key.Name, token]);
        return Record(key, called, reply, ReplyKind.Integer, new KeyOperation(KeyAction.Append, token, reply.Value));
    }

    private OperationOutcome Increment(TrafficKey key)
    {
        TimeSpan called = _progress.Now;
        HistoryReply reply = _connection!.Call(["INCR", key.Name]);
        return Record(key, called, reply, ReplyKind.Integer, new KeyOperation(KeyAction.Increment, NewValue(), reply.Value));
    }

    private OperationOutcome CompareAndSet(TrafficKey key)
    {
        TimeSpan called = _progress.Now;
        HistoryReply read = _connection!.Call(["WATCH", key.Name], ["GET", key.Name]);
        OperationOutcome outcome = Record(key, called, read, ReplyKind.Bulk, new KeyOperation(KeyAction.Read, null, read.Value));
        if (outcome != OperationOutcome.Done)
        {
            _isLost = true; // it may still watch the key
            return outcome;
        }

        string value = NewValue();
        called = _progress.Now;
        HistoryReply reply = _connection!.Call(["MULTI"], ["SET", key.Name, value], ["EXEC"]);
        var operation = new KeyOperation(KeyAction.CompareAndSet, value, read.Value);
        return reply.Kind == ReplyKind.Null
            ? Add(key, called, OperationOutcome.NotDone, operation, "declined: the watched key had changed")
            : Record(key, called, reply, ReplyKind.Simple, operation);
    }

    private OperationOutcome Record(TrafficKey key, TimeSpan called, HistoryReply reply, ReplyKind expected, KeyOperation operation)
    {
        if (reply.IsError) return Add(key, called, ErrorOutcome.Of(reply.Text), operation, reply.Text);
        if (reply.IsMissing)
        {
            _isLost = true;
            return Add(key, called, OperationOutcome.Unknown, operation, reply.Text);
        }

        bool isExpected = reply.Kind == expected || (reply.Kind == ReplyKind.Null && expected == ReplyKind.Bulk);
        if (!isExpected) throw new InvalidDataException($"{operation.Action} of {key.Name} was answered with {reply.Kind} '{reply.Text}'");
        return Add(key, called, OperationOutcome.Done, operation, null);
    }

    private OperationOutcome Add(TrafficKey key, TimeSpan called, OperationOutcome outcome, KeyOperation operation, string? error)
    {
        _recorded.Add(new RecordedOperation(key, _process, called, _progress.Now, outcome, operation, error));
        if (outcome == OperationOutcome.Done) _progress.CountDone();
        if (outcome == OperationOutcome.Unknown) _process += _clients;
        return outcome;
    }

    private string NewValue() => Numbers.Text($"{_id}.{++_written}");
}
