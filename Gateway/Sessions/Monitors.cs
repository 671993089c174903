using System.Globalization;
using System.Text;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Sessions;

/// <summary>Connections in MONITOR: each command that runs is shown to them. Any thread.</summary>
internal sealed class Monitors
{
    private readonly Lock _lock = new();
    private volatile Session[] _sessions = [];

    public bool Any => _sessions.Length > 0;

    public int Count => _sessions.Length;

    public void Add(Session session)
    {
        lock (_lock)
        {
            if (!_sessions.Contains(session)) _sessions = [.. _sessions, session];
        }
    }

    /// <summary>No line is posted to the session any more; what was posted before is in its outbox.</summary>
    public void Remove(Session session)
    {
        if (!session.IsMonitor) return;
        lock (_lock) _sessions = _sessions.Where(s => s != session).ToArray();
    }

    /// <summary>
    /// <c>+unixtime.micros [db address] "word" "word"</c>; words that are secret are not shown, administrators' commands not at all.
    /// </summary>
    public void Show(Session from, CommandEntry command, in ArgList args)
    {
        if (!Any || (command.Spec.Flags & CommandFlags.Admin) != 0) return;
        long micros = from.Server.Time.GetUtcNow().UtcTicks / 10 - 62_135_596_800_000_000;
        var line = new StringBuilder("+");
        line.Append(CultureInfo.InvariantCulture, $"{micros / 1_000_000}.{micros % 1_000_000:D6} [0 {from.Connection.Remote}]");
        for (int i = 0; i < args.Count; i++) AppendQuoted(line.Append(' '), Redaction.Shown(command, args, i));
        byte[] bytes = Encoding.ASCII.GetBytes(line.Append("\r\n").ToString());
        lock (_lock)
        {
            foreach (Session session in _sessions)
            {
                if (session.TakesFeedOf(from)) session.Outbox.Post(bytes);
            }
        }
    }

    /// <summary>As Redis' sdscatrepr: printable ASCII as it is, the rest escaped.</summary>
    public static void AppendQuoted(StringBuilder to, ReadOnlySpan<byte> word)
    {
        to.Append('"');
        foreach (byte b in word)
        {
            switch (b)
            {
                case (byte)'\\' or (byte)'"': to.Append('\\').Append((char)b); break;
                case (byte)'\n': to.Append("\\n"); break;
                case (byte)'\r': to.Append("\\r"); break;
                case (byte)'\t': to.Append("\\t"); break;
                case (byte)'\a': to.Append("\\a"); break;
                case (byte)'\b': to.Append("\\b"); break;
                case >= 0x20 and < 0x7F: to.Append((char)b); break;
                default: to.Append("\\x").Append(b.ToString("x2", CultureInfo.InvariantCulture)); break;
            }
        }

        to.Append('"');
    }
}
