using System.Globalization;
using System.Text;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands;

/// <summary>CLIENT and its subcommands.</summary>
internal static class ClientCommands
{
    public const string BadName = "ERR Client names cannot contain spaces, newlines or special characters.";

    private const CommandFlags Usual = NoScript | Loading | Stale;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Container("client", "connection", "2.4.0", "A container for client connection commands",
            Sub("id", 2, Usual, "5.0.0", "Returns the client ID for the current connection", "",
                static (Session s, in ArgList _) => s.Output.Integer(s.Id)),
            Sub("getname", 2, Usual, "2.6.9", "Get the current connection name", "", GetName),
            Sub("getredir", 2, Usual, "6.0.0", "Get tracking notifications redirection client ID if any", "",
                static (Session s, in ArgList _) => s.Output.Integer(-1)), // -1: tracking is off
            Sub("tracking", -3, Usual, "6.0.0", "Enable or disable server assisted client side caching support",
                "<ON | OFF> [REDIRECT client-id] [PREFIX prefix [PREFIX prefix ...]] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]",
                ClientTracking.Tracking),
            Sub("trackinginfo", 2, Usual, "6.2.0",
                "Return information about server assisted client side caching for the current connection", "", ClientTracking.Info),
            Sub("caching", 3, Usual, "6.0.0", "Instruct the server about tracking or not keys in the next request", "YES | NO",
                ClientTracking.Caching),
            Sub("unblock", -3, Usual | Admin, "5.0.0", "Unblock a client blocked in a blocking command from a different connection",
                "client-id [TIMEOUT | ERROR]", ClientUnblock.Run),
            Sub("setname", 3, Usual, "2.6.9", "Set the current connection name", "connection-name", SetName),
            Sub("setinfo", 4, Usual, "7.2.0", "Set client or connection specific info", "LIB-NAME libname | LIB-VER libver", SetInfo),
            Sub("info", 2, Usual, "6.2.0", "Returns information about the current client connection.", "",
                static (Session s, in ArgList _) => s.Output.Verbatim(Describe(s) + "\n")),
            Sub("list", -2, Usual | Admin, "2.4.0", "Get the list of client connections", "[TYPE type] [ID client-id [client-id ...]]",
                List),
            Sub("kill", -3, Usual | Admin, "2.4.0", "Kill the connection of a client", "ip:port | filter value ...", ClientKill.Run),
            Sub("pause", -3, Usual | Admin, "3.0.0", "Stop processing commands from clients for some time", "timeout [WRITE | ALL]", Pause),
            Sub("unpause", 2, Usual | Admin, "6.2.0", "Resume processing of clients that were paused", "", Unpause),
            Sub("reply", 3, Usual, "3.2.0", "Instruct the server whether to reply to commands", "ON | OFF | SKIP", Reply),
            Sub("no-evict", 3, Usual | Admin, "7.0.0", "Set client eviction mode for the current connection", "ON | OFF",
                static (Session s, in ArgList a) => OnOff(s, a, static (session, on) => session.NoEvict = on)),
            Sub("no-touch", 3, Usual, "7.2.0", "Controls whether commands sent by the client will alter the LRU of the keys they access",
                "ON | OFF",
                static (Session s, in ArgList a) => OnOff(s, a, static (session, on) => session.NoTouch = on)),
            Sub("durability", 3, Usual, "orleanskv", "How safe this connection's writes are before they are answered",
                "ALWAYS | EVERYSEC | NO | DEFAULT", SetDurability),
            ClientScope.Command,
            SessionCommand.HelpOf("client", "connection", "5.0.0",
                "CACHING (YES|NO)", "    Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.",
                "ID", "    Return the ID of the current connection.",
                "GETNAME", "    Return the name of the current connection.",
                "GETREDIR", "    Return the client ID we are redirecting to when tracking is enabled.",
                "SETNAME <name>", "    Assign the name <name> to the current connection.",
                "SETINFO LIB-NAME|LIB-VER <value>", "    Tell the client library's name or version.",
                "INFO", "    Return information about the current client connection.",
                "LIST [TYPE <type> | ID <id> ...]", "    Return information about client connections.",
                "KILL <ip:port> | <option> <value> ...", "    Kill connections by ID, TYPE, ADDR, LADDR, USER, SKIPME.",
                "PAUSE <timeout> [WRITE|ALL]", "    Suspend all, or just write, clients for <timeout> milliseconds.",
                "UNPAUSE", "    Stop the current client pause, resuming traffic.",
                "REPLY (ON|OFF|SKIP)", "    Control the replies sent to the current connection.",
                "UNBLOCK <clientid> [TIMEOUT|ERROR]", "    Unblock the specified blocked client.",
                "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]", "         [OPTIN] [OPTOUT] [NOLOOP]",
                "    Not supported: this server sends no invalidation messages.",
                "TRACKINGINFO", "    Report tracking status for the current connection.",
                "NO-EVICT (ON|OFF)", "    Protect current client connection from eviction.",
                "NO-TOUCH (ON|OFF)", "    Will not touch LRU stats when this mode is on.",
                "DURABILITY (ALWAYS|EVERYSEC|NO|DEFAULT)", "    How safe this connection's writes are before they are answered.",
                ClientScope.Help[0], ClientScope.Help[1])),
    ];

    private static SessionCommand Sub(
        string name, int arity, CommandFlags flags, string since, string summary, string syntax, SessionHandler run) =>
        SessionCommand.Of("client|" + name, arity, flags, "connection", since, summary, syntax, run);

    /// <summary>The name when it has printable characters without blanks only, else null.</summary>
    public static string? TakeName(ReadOnlySpan<byte> name)
    {
        foreach (byte b in name)
        {
            if (b is < (byte)'!' or > (byte)'~') return null;
        }

        return Encoding.ASCII.GetString(name);
    }

    private static void GetName(Session session, in ArgList args)
    {
        if (session.Name.Length == 0) session.Output.Null();
        else session.Output.Bulk(session.Name);
    }

    private static void SetName(Session session, in ArgList args)
    {
        if (TakeName(args[2]) is not { } taken)
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
            string named = Encoding.Latin1.GetString(args[3]), type = named.ToLowerInvariant();
            if (type is not ("normal" or "master" or "replica" or "slave" or "pubsub"))
            {
                session.Output.Error($"ERR Unknown client type '{named}'");
                return;
            }

            all = all.Where(s => IsOfType(s, type));
        }
        else if (args.Count > 3 && args.Is(2, "ID"u8))
        {
            var ids = new HashSet<long>();
            for (int i = 3; i < args.Count; i++)
            {
                if (!Number.TryInteger(args[i], out long id))
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

    /// <summary><c>normal</c>, <c>pubsub</c>, or <c>slave</c> for a server that follows this one.</summary>
    public static string TypeOf(Session session) => session.Stream is not null ? "slave" : session.IsSubscribed ? "pubsub" : "normal";

    /// <summary>Whether TYPE of CLIENT LIST or KILL means it; <c>replica</c> is another word for <c>slave</c>.</summary>
    public static bool IsOfType(Session session, string type) => TypeOf(session) == (type == "replica" ? "slave" : type);

    /// <summary>One line of CLIENT LIST, with the fields of Redis 7.</summary>
    public static string Describe(Session session)
    {
        long now = session.Server.NowMs;
        int subscriptions = session.Subscriptions?.Channels.Count ?? 0;
        int patterns = session.Subscriptions?.Patterns.Count ?? 0;
        int shardChannels = session.Subscriptions?.ShardChannels.Count ?? 0;
        SessionMemory memory = session.Memory;
        string flags = (session.Stream is not null ? "S" : "")
            + (session.IsMonitor ? "O" : "") + (session.IsSubscribed ? "P" : "") + (session.Transaction is not null ? "x" : "")
            + (session.Suspension is not null ? "b" : "") + (session.NoEvict ? "e" : "") + (session.NoTouch ? "T" : "")
            + (session.ReadsFollowers ? "r" : "");
        return string.Create(CultureInfo.InvariantCulture,
            $"id={session.Id} addr={session.Connection.Remote} laddr={session.Connection.Local} fd=-1 name={session.Name} "
                + $"age={(now - session.CreatedMs) / 1000} idle={(now - session.LastInputMs) / 1000} "
                + $"flags={(flags.Length == 0 ? "N" : flags)} db=0 sub={subscriptions} psub={patterns} ssub={shardChannels} "
                + $"multi={session.Transaction?.Commands.Count ?? -1} qbuf={memory.InputBytes} qbuf-free={memory.InputFreeBytes} "
                + $"argv-mem=0 multi-mem={memory.TransactionBytes} rbs=0 rbp=0 obl=0 oll={memory.OutputChunks} omem={memory.OutputBytes} "
                + $"tot-mem={memory.TotalBytes} events={(memory.OutputBytes > 0 ? "rw" : "r")} "
                + $"cmd={session.LastCommand?.Spec.Name ?? "NULL"} user=default redir=-1 resp={session.Output.Protocol} "
                + $"lib-name={session.LibraryName} lib-ver={session.LibraryVersion}");
    }

    private static void Pause(Session session, in ArgList args)
    {
        bool writesOnly = false;
        if (args.Count > 4)
        {
            Subcommands.UnknownOrWrongArity(session.Output, "client", args);
            return;
        }

        if (args.Count == 4)
        {
            writesOnly = args.Is(3, "WRITE"u8);
            if (!writesOnly && !args.Is(3, "ALL"u8))
            {
                session.Output.Error("ERR CLIENT PAUSE mode must be WRITE or ALL");
                return;
            }
        }

        if (!Number.TryInteger(args[2], out long ms))
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

    private static void Unpause(Session session, in ArgList args)
    {
        session.Server.Pause.Unpause();
        session.Output.Ok();
    }

    private static void Reply(Session session, in ArgList args)
    {
        if (args.Is(2, "ON"u8))
        {
            session.ReplyMode = ReplyMode.On;
            session.SkipsThisReply = false;
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
}
