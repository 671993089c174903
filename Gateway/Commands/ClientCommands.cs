using System.Buffers.Text;
using System.Globalization;
using System.Text;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Resp;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using static OrleansKv.Engine.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands;

/// <summary>CLIENT and its subcommands.</summary>
internal static class ClientCommands
{
    public const string BadName = "ERR Client names cannot contain spaces, newlines or special characters.";

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("client", -2, NoScript | Loading | Stale, "connection", "2.4.0", "Shows and changes client connections.",
            "ID | GETNAME | SETNAME name | SETINFO attr value | LIST | INFO | KILL filter ... | PAUSE ms [WRITE | ALL] | UNPAUSE | REPLY ON | OFF | SKIP | NO-EVICT ON | OFF | NO-TOUCH ON | OFF | DURABILITY level",
            Run),
    ];

    /// <summary>The name when it has printable characters without blanks only, else null.</summary>
    public static string? TakeName(ReadOnlySpan<byte> name)
    {
        foreach (byte b in name)
        {
            if (b is < (byte)'!' or > (byte)'~') return null;
        }

        return Encoding.ASCII.GetString(name);
    }

    private static void Run(Session session, in ArgList args)
    {
        ReplyWriter reply = session.Output;
        string name = Encoding.Latin1.GetString(args[1]).ToLowerInvariant();
        if (!HasWords(name, args.Count, out bool isKnown))
        {
            if (isKnown) Subcommands.WrongArity(reply, "client", name);
            else Subcommands.Unknown(reply, "client", args);
            return;
        }

        switch (name)
        {
            case "id": reply.Integer(session.Id); break;
            case "getname": GetName(session); break;
            case "setname": SetName(session, args[2]); break;
            case "setinfo": SetInfo(session, args); break;
            case "info": reply.Verbatim(Describe(session) + "\n"); break;
            case "list": List(session, args); break;
            case "kill": ClientKill.Run(session, args); break;
            case "pause": Pause(session, args); break;
            case "unpause":
                session.Server.Pause.Unpause();
                reply.Ok();
                break;
            case "reply": Reply(session, args); break;
            case "no-evict": OnOff(session, args, static (s, on) => s.NoEvict = on); break;
            case "no-touch": OnOff(session, args, static (s, on) => s.NoTouch = on); break;
            case "durability": SetDurability(session, args); break;
            case "help": Help(reply); break;
        }
    }

    // Words each subcommand takes, CLIENT and its own name included.
    private static bool HasWords(string name, int words, out bool isKnown)
    {
        (int least, int most) = name switch
        {
            "id" or "getname" or "info" or "unpause" or "help" => (2, 2),
            "setname" or "reply" or "no-evict" or "no-touch" or "durability" => (3, 3),
            "setinfo" => (4, 4),
            "list" => (2, int.MaxValue),
            "kill" => (3, int.MaxValue),
            "pause" => (3, 4),
            _ => (0, 0),
        };
        isKnown = most > 0;
        return words >= least && words <= most;
    }

    private static void GetName(Session session)
    {
        if (session.Name.Length == 0) session.Output.Null();
        else session.Output.Bulk(session.Name);
    }

    private static void SetName(Session session, ReadOnlySpan<byte> name)
    {
        if (TakeName(name) is not { } taken)
        {
            session.Output.Error(BadName);
            return;
        }

        session.Name = taken;
        session.Output.Ok();
    }

    private static void SetInfo(Session session, in ArgList args)
    {
        bool isName = args.Is(2, "LIB-NAME"u8);
        if (!isName && !args.Is(2, "LIB-VER"u8))
        {
            session.Output.Error($"ERR Unrecognized option '{Encoding.Latin1.GetString(args[2])}'");
            return;
        }

        if (TakeName(args[3]) is not { } value)
        {
            session.Output.Error($"ERR {(isName ? "lib-name" : "lib-ver")} cannot contain spaces, newlines or special characters.");
            return;
        }

        if (isName) session.LibraryName = value;
        else session.LibraryVersion = value;
        session.Output.Ok();
    }

    private static void List(Session session, in ArgList args)
    {
        IEnumerable<Session> all = session.Server.Sessions.All;
        if (args.Count == 4 && args.Is(2, "TYPE"u8))
        {
            string type = Encoding.Latin1.GetString(args[3]).ToLowerInvariant();
            if (type is not ("normal" or "master" or "replica" or "slave" or "pubsub"))
            {
                session.Output.Error($"ERR Unknown client type '{type}'");
                return;
            }

            all = all.Where(s => TypeOf(s) == type);
        }
        else if (args.Count > 3 && args.Is(2, "ID"u8))
        {
            var ids = new HashSet<long>();
            for (int i = 3; i < args.Count; i++)
            {
                if (!Utf8Parser.TryParse(args[i], out long id, out int used) || used != args[i].Length || id < 1)
                {
                    session.Output.Error("ERR Invalid client ID");
                    return;
                }

                ids.Add(id);
            }

            all = all.Where(s => ids.Contains(s.Id));
        }
        else if (args.Count > 2)
        {
            session.Output.Error("ERR syntax error");
            return;
        }

        var text = new StringBuilder();
        foreach (Session one in all) text.Append(Describe(one)).Append('\n');
        session.Output.Verbatim(text.ToString());
    }

    /// <summary><c>normal</c> or <c>pubsub</c>; this server has no replica links.</summary>
    public static string TypeOf(Session session) => session.IsSubscribed ? "pubsub" : "normal";

    /// <summary>One line of CLIENT LIST, with the fields of Redis 7.</summary>
    public static string Describe(Session session)
    {
        long now = session.Server.NowMs;
        int subscriptions = session.Subscriptions?.Channels.Count ?? 0;
        int patterns = session.Subscriptions?.Patterns.Count ?? 0;
        string flags = (session.IsSubscribed ? "P" : "") + (session.IsMonitor ? "O" : "") + (session.Transaction is not null ? "x" : "")
            + (session.Suspension is not null ? "b" : "") + (session.NoEvict ? "e" : "") + (session.NoTouch ? "T" : "");
        return string.Create(CultureInfo.InvariantCulture,
            $"id={session.Id} addr={session.Connection.Remote} laddr={session.Connection.Local} fd=-1 name={session.Name} age={(now - session.CreatedMs) / 1000} idle={(now - session.LastInputMs) / 1000} flags={(flags.Length == 0 ? "N" : flags)} db=0 sub={subscriptions} psub={patterns} ssub=0 multi={session.Transaction?.Commands.Count ?? -1} qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=0 omem={session.Connection.PendingBytes} tot-mem=0 events=r cmd={session.LastCommand?.Spec.Name ?? "NULL"} user=default redir=-1 resp={session.Output.Protocol} lib-name={session.LibraryName} lib-ver={session.LibraryVersion}");
    }

    private static void Pause(Session session, in ArgList args)
    {
        bool writesOnly = false;
        if (args.Count == 4)
        {
            writesOnly = args.Is(3, "WRITE"u8);
            if (!writesOnly && !args.Is(3, "ALL"u8))
            {
                session.Output.Error("ERR CLIENT PAUSE mode must be WRITE or ALL");
                return;
            }
        }

        if (!Utf8Parser.TryParse(args[2], out long ms, out int used) || used != args[2].Length)
        {
            session.Output.Error("ERR timeout is not an integer or out of range");
            return;
        }

        if (ms < 0)
        {
            session.Output.Error("ERR timeout is negative");
            return;
        }

        session.Server.Pause.Pause(session.Server.NowMs + Math.Min(ms, int.MaxValue * 1000L), writesOnly);
        session.Output.Ok();
    }

    private static void Reply(Session session, in ArgList args)
    {
        if (args.Is(2, "ON"u8))
        {
            session.ReplyMode = ReplyMode.On;
            session.Output.Ok();
        }
        else if (args.Is(2, "OFF"u8))
        {
            session.ReplyMode = ReplyMode.Off;
        }
        else if (args.Is(2, "SKIP"u8))
        {
            if (session.ReplyMode == ReplyMode.On) session.ReplyMode = ReplyMode.SkipNext;
        }
        else
        {
            session.Output.Error("ERR syntax error");
        }

        session.UpdatePlain();
    }

    private static void OnOff(Session session, in ArgList args, Action<Session, bool> set)
    {
        if (!args.Is(2, "ON"u8) && !args.Is(2, "OFF"u8))
        {
            session.Output.Error("ERR syntax error");
            return;
        }

        set(session, args.Is(2, "ON"u8));
        session.Output.Ok();
    }

    // Our own: how safe this connection's writes must be before they are answered.
    private static void SetDurability(Session session, in ArgList args)
    {
        if (args.Is(2, "ALWAYS"u8)) session.Durability = Durability.Always;
        else if (args.Is(2, "EVERYSEC"u8)) session.Durability = Durability.EverySecond;
        else if (args.Is(2, "NO"u8)) session.Durability = Durability.No;
        else if (args.Is(2, "DEFAULT"u8)) session.Durability = null;
        else
        {
            session.Output.Error("ERR durability must be ALWAYS, EVERYSEC, NO or DEFAULT");
            return;
        }

        session.Output.Ok();
    }

    private static void Help(ReplyWriter reply) => Subcommands.Help(reply, "CLIENT",
        "ID", "    Return the ID of the current connection.",
        "GETNAME", "    Return the name of the current connection.",
        "SETNAME <name>", "    Assign the name <name> to the current connection.",
        "SETINFO LIB-NAME|LIB-VER <value>", "    Tell the client library's name or version.",
        "INFO", "    Return information about the current client connection.",
        "LIST [TYPE <type> | ID <id> ...]", "    Return information about client connections.",
        "KILL <ip:port> | <option> <value> ...", "    Kill connections by ID, TYPE, ADDR, LADDR, USER, SKIPME.",
        "PAUSE <timeout> [WRITE|ALL]", "    Suspend all, or just write, clients for <timeout> milliseconds.",
        "UNPAUSE", "    Stop the current client pause, resuming traffic.",
        "REPLY (ON|OFF|SKIP)", "    Control the replies sent to the current connection.",
        "NO-EVICT (ON|OFF)", "    Protect current client connection from eviction.",
        "NO-TOUCH (ON|OFF)", "    Will not touch LRU stats when this mode is on.",
        "DURABILITY (ALWAYS|EVERYSEC|NO|DEFAULT)", "    How safe this connection's writes are before they are answered.");
}
