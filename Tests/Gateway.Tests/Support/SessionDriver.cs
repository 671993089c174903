using System.Text;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.Tests.Support;

/// <summary>
/// Plays the transport: gives bytes to a session in turns, keeps what it leaves, resumes it, and returns what it would send. Text is
/// Latin-1, so that every byte has a letter.
/// </summary>
internal sealed class SessionDriver(TestGateway gateway, Session session)
{
    /// <summary>Turns without progress that count as a loop without end.</summary>
    private const int MaxTurns = 100_000;

    private byte[] _input = [];

    public TestGateway Gateway { get; } = gateway;

    public Session Session { get; } = session;

    /// <summary>Bytes that the session has not taken.</summary>
    public int Unread => _input.Length;

    /// <summary>An inline command; returns the replies to it.</summary>
    public string Do(string line) => Send(line + "\r\n");

    /// <summary>A RESP command of these words.</summary>
    public string Call(params string[] words) => Send(Encode(words));

    public static string Encode(params string[] words)
    {
        var text = new StringBuilder().Append('*').Append(words.Length).Append("\r\n");
        foreach (string word in words) text.Append('$').Append(word.Length).Append("\r\n").Append(word).Append("\r\n");
        return text.ToString();
    }

    public string Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public string Send(ReadOnlySpan<byte> bytes)
    {
        _input = [.. _input, .. bytes];
        return Turn();
    }

    /// <summary>The transport would have closed by now.</summary>
    public bool IsClosed => Session.IsClosing || Session.Killed is not null;

    /// <summary>Sends in pieces of so many bytes each.</summary>
    public string SendInPieces(string text, int pieceBytes)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        var replies = new StringBuilder();
        for (int at = 0; at < bytes.Length; at += Math.Min(pieceBytes, bytes.Length - at))
        {
            replies.Append(Send(bytes.AsSpan(at, Math.Min(pieceBytes, bytes.Length - at))));
        }

        return replies.ToString();
    }

    /// <summary>Sends in pieces that end at the given places.</summary>
    public string SendSplit(ReadOnlySpan<byte> bytes, params ReadOnlySpan<int> ends)
    {
        var text = new StringBuilder();
        int from = 0;
        foreach (int end in ends)
        {
            text.Append(Send(bytes[from..end]));
            from = end;
        }

        return text.Append(Send(bytes[from..])).ToString();
    }

    /// <summary>What the session does when its thread looks at it: resume, run what is left, deliver.</summary>
    public string Turn()
    {
        var sent = new StringBuilder();
        for (int turns = 0; ; turns++)
        {
            if (turns == MaxTurns) throw new InvalidOperationException("the session goes round and round");
            bool canRun = Session.TryResume(Gateway.Server.NowMs) && !Session.IsClosing;
            if (canRun && (_input.Length > 0 || Session.Deferred is not null))
            {
                int taken = Session.Process(_input, Gateway.Worker);
                _input = _input[taken..];
            }

            if (Session.IsWaiting) return sent.ToString(); // as the transports: nothing leaves before the answers
            Session.Outbox.MoveTo(Session.Output);
            sent.Append(Encoding.Latin1.GetString(Session.Output.Written));
            Session.Output.Release();
            if (!canRun || (_input.Length == 0 && Session.Deferred is null) || !Session.StoppedEarly || Session.Suspension is not null)
                return sent.ToString();
        }
    }
}
