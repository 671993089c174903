using System.Security.Cryptography;
using System.Text;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands;

/// <summary>AUTH, HELLO, PING and the rest of the connection's own life.</summary>
internal static class ConnectionCommands
{
    private const CommandFlags Always = NoScript | Loading | Stale | Fast;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("auth", -2, Always | NoAuth | AllowBusy, "connection", "1.0.0",
            "Authenticates the connection.", "[username] password", Auth),
        SessionCommand.Of("hello", -1, Always | NoAuth | AllowBusy, "connection", "6.0.0",
            "Handshakes with the server: protocol version, authentication, name.",
            "[protover [AUTH username password] [SETNAME clientname]]", Hello),
        SessionCommand.Of("ping", -1, Fast, "connection", "1.0.0", "Returns the server's liveliness response.", "[message]", Ping),
        SessionCommand.Of("echo", 2, Fast | Loading | Stale, "connection", "1.0.0", "Returns the given string.", "message",
            static (Session s, in ArgList a) => s.Output.Bulk(a[1])),
        SessionCommand.Of("select", 2, Loading | Stale | Fast, "connection", "1.0.0",
            "Changes the selected database; there is one, number 0.", "index", Select),
        SessionCommand.Of("quit", -1, Always | NoAuth | AllowBusy, "connection", "1.0.0", "Closes the connection.", "", Quit),
        SessionCommand.Of("reset", 1, Always | NoAuth | AllowBusy, "connection", "6.2.0", "Resets the connection.", "", Reset),
    ];

    private static void Auth(Session session, in ArgList args)
    {
        if (args.Count > 3)
        {
            session.Output.Error("ERR syntax error");
            return;
        }

        bool named = args.Count == 3;
        if (!named && !session.Server.RequiresPassword)
        {
            session.Output.Error("ERR AUTH <password> called without any password configured for the default user. Are you sure your "
                + "configuration is correct?");
            return;
        }

        if (Admit(session, args[0], named ? args[1] : "default"u8, args[named ? 2 : 1])) session.Output.Ok();
    }

    private static bool Admit(Session session, ReadOnlySpan<byte> command, ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
    {
        string? expected = session.Server.Password;
        bool right = user.SequenceEqual("default"u8)
            && (string.IsNullOrEmpty(expected) || CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(password), SHA256.HashData(Encoding.UTF8.GetBytes(expected))));
        if (right)
        {
            session.Authenticate();
            return true;
        }

        session.Server.AclLog.AddFailedLogin(session, command, user);
        session.Output.Error("WRONGPASS invalid username-password pair or user is disabled.");
        return false;
    }

    private static void Hello(Session session, in ArgList args)
    {
        ReplyWriter reply = session.Output;
        int protocol = reply.Protocol;
        if (args.Count >= 2)
        {
            if (!Number.TryInteger(args[1], out long asked))
            {
                reply.Error("ERR Protocol version is not an integer or out of range");
                return;
            }

            if (asked is not (2 or 3))
            {
                reply.Error("NOPROTO unsupported protocol version");
                return;
            }

            protocol = (int)asked;
        }

        for (int i = 2; i < args.Count; i++)
        {
            int left = args.Count - 1 - i;
            if (args.Is(i, "AUTH"u8) && left >= 2)
            {
                if (!Admit(session, args[0], args[i + 1], args[i + 2])) return;
                i += 2;
            }
            else if (args.Is(i, "SETNAME"u8) && left >= 1)
            {
                if (ClientCommands.TakeName(args[i + 1]) is not { } name)
                {
                    reply.Error(ClientCommands.BadName);
                    return;
                }

                session.Name = name; // whatever a later option says
                i++;
            }
            else
            {
                reply.Error($"ERR Syntax error in HELLO option '{Encoding.UTF8.GetString(args[i])}'");
                return;
            }
        }

        if (!session.IsAuthenticated)
        {
            reply.Error("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> "
                + "option can be used to authenticate the client and select the RESP protocol version at the same time");
            return;
        }

        if (protocol != reply.Protocol) session.SwitchProtocol(protocol);
        session.UpdatePlain();
        reply.Map(7);
        reply.Bulk("server"u8);
        reply.Bulk("redis"u8);
        reply.Bulk("version"u8);
        reply.Bulk(ServerVersion.Redis);
        reply.Bulk("proto"u8);
        reply.Integer(protocol);
        reply.Bulk("id"u8);
        reply.Integer(session.Id);
        reply.Bulk("mode"u8);
        reply.Bulk(session.Server.Mode);
        reply.Bulk("role"u8);
        reply.Bulk(session.Server.Control.Links is { IsFollower: true } ? "replica"u8 : "master"u8);
        reply.Bulk("modules"u8);
        reply.Array(0);
    }

    private static void Ping(Session session, in ArgList args)
    {
        if (args.Count > 2)
        {
            session.Output.Error("ERR wrong number of arguments for 'ping' command");
        }
        else if (session.Server.Control.WriteRefusal is { } refusal)
        {
            session.Output.Error("MISCONF " + refusal); // as from Redis: who asks whether the server is well hears that writes are refused
        }
        else if (session.IsSubscribed && session.Output.Protocol == 2)
        {
            session.Output.Array(2);
            session.Output.Bulk("pong"u8);
            session.Output.Bulk(args.Count == 2 ? args[1] : default);
        }
        else if (args.Count == 2)
        {
            session.Output.Bulk(args[1]);
        }
        else
        {
            session.Output.Simple("PONG"u8);
        }
    }

    private static void Select(Session session, in ArgList args)
    {
        if (!Number.TryInteger(args[1], out long index))
        {
            session.Output.Error("ERR value is not an integer or out of range");
        }
        else if (index is < int.MinValue or > int.MaxValue)
        {
            session.Output.Error("ERR value is out of range, value must between -2147483648 and 2147483647");
        }
        else if (index != 0 && session.Server.Control.Cluster is not null)
        {
            session.Output.Error("ERR SELECT is not allowed in cluster mode");
        }
        else if (index != 0)
        {
            session.Output.Error("ERR DB index is out of range");
        }
        else
        {
            session.Output.Ok();
        }
    }

    private static void Quit(Session session, in ArgList args)
    {
        session.TakeDeliveries();
        session.Output.Ok();
        session.CloseAfterReply();
    }

    private static void Reset(Session session, in ArgList args)
    {
        session.Reset();
        session.Output.Simple("RESET"u8);
    }
}
