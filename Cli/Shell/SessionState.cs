using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Shell;

/// <summary>
/// What a connection has come to know by the commands that were typed: the login for the next connection, and an open transaction.
/// </summary>
internal sealed class SessionState(CliOptions options)
{
    /// <summary>How to connect again: as the last accepted AUTH and HELLO said.</summary>
    public CliOptions Login { get; private set; } = options;

    public bool IsInTransaction { get; private set; }

    /// <summary>Whether a transaction was open; it no longer is.</summary>
    public bool TakeLostTransaction()
    {
        bool was = IsInTransaction;
        IsInTransaction = false;
        return was;
    }

    /// <summary>Takes note of an answered command; true when RESP3, which the login had been missing for, can be asked for now.</summary>
    public bool Note(IReadOnlyList<string> words, RespValue reply)
    {
        string command = words[0].ToUpperInvariant();
        if (command is "EXEC" or "DISCARD" or "RESET") IsInTransaction = false;
        if (reply.IsError || reply is { Type: '+', Text: "QUEUED" }) return false;
        switch (command)
        {
            case "MULTI":
                IsInTransaction = true;
                return false;
            case "AUTH" when words.Count is 2 or 3:
                Login = Login with { User = words.Count == 3 ? words[1] : "default", Password = words[^1] };
                return Login.Resp == 3 && !IsInTransaction;
            case "HELLO":
                NoteHello(words);
                return false;
            default:
                return false;
        }
    }

    // HELLO [version [AUTH user password] [SETNAME name]]
    private void NoteHello(IReadOnlyList<string> words)
    {
        if (words.Count > 1) Login = Login with { Resp = words[1] == "2" ? 2 : 3 };
        for (int i = 2; i + 2 < words.Count; i++)
        {
            if (words[i].Equals("auth", StringComparison.OrdinalIgnoreCase))
                Login = Login with { User = words[i + 1], Password = words[i + 2] };
        }
    }
}
