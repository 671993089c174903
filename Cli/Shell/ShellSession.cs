using System.Diagnostics;
using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Shell;

/// <summary>
/// Runs commands on a connection that it opens when one is needed and none is there. Invariant: a command is sent at most once, since
/// nobody knows whether one that got no answer was run; and never outside of the transaction that it was typed into. One thread.
/// </summary>
internal sealed class ShellSession(CliOptions options, Printer printer, TextWriter errors, bool isInteractive) : IDisposable
{
    /// <summary>0.5 s: from here on a person is told how long a command took, as redis-cli does.</summary>
    private const double SlowSeconds = 0.5;

    private readonly SessionState _state = new(options);
    private RespConnection? _connection;
    private bool _isAway; // the server was not there when it was last needed

    /// <summary>Ctrl-C ended a stream of messages, or the wait for a reply.</summary>
    public bool WasInterrupted { get; private set; }

    /// <summary>Called with a connection that is new, and with one that has just been authenticated.</summary>
    public Action<RespConnection>? Opened { get; set; }

    public string Prompt => _isAway ? "not connected> " : $"{options.Host}:{options.Port}{(_state.IsInTransaction ? "(TX)" : "")}> ";

    /// <summary>The connection, opened if need be; throws <see cref="CliException"/> where there is none to be had.</summary>
    public RespConnection Connect()
    {
        if (_connection is { IsClosed: true })
        {
            Drop();
            if (_state.TakeLostTransaction())
                throw new CliException("the server closed the connection; the transaction is gone, and this command was not sent");
        }

        if (_connection is not null) return _connection;
        _isAway = true;
        _connection = RespConnection.Open(_state.Login);
        _isAway = false;
        _connection.Pushed = push =>
        {
            if (printer.Style == PrintStyle.Typed) printer.Print(push, []);
        };
        Opened?.Invoke(_connection);
        return _connection;
    }

    /// <summary>Runs one command and prints what it is answered with; returns the exit code.</summary>
    public int Run(IReadOnlyList<string> words)
    {
        if (Refusal.Of(words) is { } refusal) return Say(refusal, 2);
        return Guarded(words[0], connection => Subscriptions.Begins(words) ? Stream(connection, words) : Call(connection, words));
    }

    /// <summary>Sends BATCH and its lines in one piece and prints the array of their replies.</summary>
    public int RunBatch(IReadOnlyList<string> words, IReadOnlyList<IReadOnlyList<string>> lines) => Guarded(words[0], connection =>
    {
        connection.SendRaw([.. RespEncoder.Encode(words), .. lines.SelectMany(RespEncoder.Encode)]);
        RespValue reply = connection.ReadReply(words);
        if (reply.IsError) Drop(); // it was not taken as one: the lines' own replies follow
        return printer.Print(reply, words);
    });

    public void Dispose() => Drop();

    private int Call(RespConnection connection, IReadOnlyList<string> words)
    {
        long started = Stopwatch.GetTimestamp();
        RespValue reply = connection.Call(words);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        int code = printer.Print(reply, words);
        for (int i = 1; i < Subscriptions.Replies(words) && reply.IsAggregate; i++) printer.Print(connection.ReadReply(words), words);
        if (isInteractive && printer.Style == PrintStyle.Typed && seconds >= SlowSeconds)
            printer.Note(Tone.Muted, FormattableString.Invariant($"({seconds:F2}s)"));
        if (_state.Note(words, reply))
        {
            Greeting.AskForAll(connection, connection.Call("HELLO", "3"));
            Opened?.Invoke(connection);
        }

        return code;
    }

    private int Stream(RespConnection connection, IReadOnlyList<string> words)
    {
        int code = Streaming.Run(connection, words, printer);
        if (!connection.IsClosed) return code;
        WasInterrupted = true;
        Drop();
        return code;
    }

    private int Guarded(string command, Func<RespConnection, int> run)
    {
        WasInterrupted = false;
        using Interrupt? stop = isInteractive ? new Interrupt(() => _connection?.Abort()) : null;
        try
        {
            return run(Connect());
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidDataException or CliException)
        {
            if (failure is CliException) return Say(failure.Message, 1);
            Drop();
            bool wasTransaction = _state.TakeLostTransaction();
            if (stop is { Happened: true })
            {
                WasInterrupted = true;
                return Say($"no longer waiting for {command}; the server may run it all the same", 1);
            }

            bool isEnd = failure is EndOfStreamException;
            _isAway = isEnd;
            if (isEnd && command.Equals("shutdown", StringComparison.OrdinalIgnoreCase)) return 0;
            string what = failure is InvalidDataException ? $"the reply is not RESP ({failure.Message})" : isEnd ? failure.Message
                : "the connection broke: " + failure.Message;
            return Say(what + (wasTransaction ? "; the transaction is gone" : $"; whether {command} was run is not known"), 1);
        }
    }

    private int Say(string problem, int code)
    {
        errors.WriteLine("kv: " + problem);
        return code;
    }

    private void Drop()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
