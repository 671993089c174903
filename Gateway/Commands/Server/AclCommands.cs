using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Gateway.AclLog;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>ACL for the one user there is: <c>default</c>, who may do everything, with the password of <c>requirepass</c>.</summary>
internal static class AclCommands
{
    private const CommandFlags Open = NoScript | Loading | Stale;

    /// <summary>Longest password of GENPASS, bits: Redis' GENPASS_MAX_BITS.</summary>
    private const int MaxPasswordBits = 4096;

    /// <summary>Entries that LOG shows when no number is given, as Redis.</summary>
    private const int DefaultLogCount = 10;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Container("acl", "server", "6.0.0", "A container for Access List Control commands",
            Sub("whoami", 2, Open, "Return the name of the user associated to the current connection", "",
                static (Session s, in ArgList _) => s.Output.Bulk("default"u8)),
            Sub("users", 2, Open | Admin, "List the username of all the configured ACL rules", "", static (Session s, in ArgList _) =>
            {
                s.Output.Array(1);
                s.Output.Bulk("default"u8);
            }),
            Sub("list", 2, Open | Admin, "List the current ACL rules in ACL config file format", "", List),
            Sub("getuser", 3, Open | Admin, "Get the rules for a specific ACL user", "username", GetUser),
            Sub("cat", -2, Open, "List the ACL categories or the commands inside a category", "[categoryname]", Cat),
            Sub("genpass", -2, Open, "Generate a pseudorandom secure password to use for ACL users", "[bits]", GenPass),
            Sub("log", -2, Open | Admin, "List latest events denied because of ACLs in place", "[count | RESET]", Log),
            SessionCommand.Of("acl|dryrun", -4, Open | Admin, "server", "7.0.0",
                "Returns whether the user can execute the given command without executing the command.",
                "username command [arg ...]", DryRun),
            SessionCommand.HelpOf("acl", "server", "6.0.0",
                "CAT [<category>]", "    List all commands that belong to <category>, or all command categories",
                "    when no category is specified.",
                "DRYRUN <username> <command> [<arg> ...]",
                "    Returns whether the user can execute the given command without executing the command.",
                "GENPASS [<bits>]", "    Generate a secure 256-bit user password. The optional `bits` argument can",
                "    be used to specify a different size.",
                "GETUSER <username>", "    Get the user's details.",
                "LIST", "    Show users details in config file format.",
                "LOG [<count> | RESET]", "    Show the ACL log entries.",
                "USERS", "    List all the registered usernames.",
                "WHOAMI", "    Return the current connection username.")),
    ];

    private static SessionCommand Sub(string name, int arity, CommandFlags flags, string summary, string syntax, SessionHandler run) =>
        SessionCommand.Of("acl|" + name, arity, flags, "server", "6.0.0", summary, syntax, run);

    // SHA-256 of the password in hex, as Redis shows it; null when there is none.
    private static string? PasswordHash(GatewayServer server) => server.Password is { Length: > 0 } password
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(password))) : null;

    private static void List(Session session, in ArgList args)
    {
        string password = PasswordHash(session.Server) is { } hash ? "#" + hash : "nopass";
        session.Output.Array(1);
        session.Output.Bulk($"user default on {password} ~* &* +@all");
    }

    private static void GetUser(Session session, in ArgList args)
    {
        ReplyWriter reply = session.Output;
        if (!args[2].SequenceEqual("default"u8))
        {
            reply.Null();
            return;
        }

        string? hash = PasswordHash(session.Server);
        reply.Map(6);
        reply.Bulk("flags"u8);
        reply.Set(hash is null ? 2 : 1);
        reply.Bulk("on"u8);
        if (hash is null) reply.Bulk("nopass"u8);
        reply.Bulk("passwords"u8);
        reply.Array(hash is null ? 0 : 1);
        if (hash is not null) reply.Bulk(hash);
        reply.Bulk("commands"u8);
        reply.Bulk("+@all"u8);
        reply.Bulk("keys"u8);
        reply.Bulk("~*"u8);
        reply.Bulk("channels"u8);
        reply.Bulk("&*"u8);
        reply.Bulk("selectors"u8);
        reply.Array(0);
    }

    private static void Cat(Session session, in ArgList args)
    {
        if (args.Count > 3)
        {
            Subcommands.UnknownOrWrongArity(session.Output, "acl", args);
            return;
        }

        string[] names = [.. AclCategories.Names];
        if (args.Count == 3)
        {
            string category = Encoding.Latin1.GetString(args[2]);
            if (!AclCategories.Names.Contains(category.ToLowerInvariant()))
            {
                session.Output.Error($"ERR Unknown category '{category}'");
                return;
            }

            names = [.. session.Server.Commands.All.SelectMany(c => c.Subcommands.Prepend(c))
                .Where(c => AclCategories.IsIn(c.Spec, category.ToLowerInvariant())).Select(c => c.Spec.Name)];
        }

        session.Output.Array(names.Length);
        foreach (string name in names) session.Output.Bulk(name);
    }

    private static void GenPass(Session session, in ArgList args)
    {
        long bits = 256;
        if (args.Count > 3)
        {
            Subcommands.UnknownOrWrongArity(session.Output, "acl", args);
            return;
        }

        if (args.Count == 3 && !Number.TryInteger(args[2], out bits))
        {
            session.Output.Error("ERR value is not an integer or out of range");
            return;
        }

        if (bits is <= 0 or > MaxPasswordBits)
        {
            session.Output.Error("ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to "
                + $"{MaxPasswordBits}");
            return;
        }

        session.Output.Bulk(RandomNumberGenerator.GetHexString((int)(bits + 3) / 4, lowercase: true)); // four bits a digit
    }

    private static void Log(Session session, in ArgList args)
    {
        ReplyWriter reply = session.Output;
        long count = DefaultLogCount;
        if (args.Count > 3)
        {
            Subcommands.UnknownOrWrongArity(reply, "acl", args);
            return;
        }

        if (args.Count == 3 && args.Is(2, "RESET"u8))
        {
            session.Server.AclLog.Reset();
            reply.Ok();
            return;
        }

        if (args.Count == 3 && !Number.TryInteger(args[2], out count))
        {
            reply.Error("ERR value is not an integer or out of range");
            return;
        }

        List<AclLogEntry> entries = session.Server.AclLog.Newest(Math.Max(count, 0));
        long now = session.Server.NowMs;
        reply.Array(entries.Count);
        foreach (AclLogEntry entry in entries)
        {
            reply.Map(7);
            reply.Bulk("count"u8);
            reply.Integer(entry.Count);
            reply.Bulk("reason"u8);
            reply.Bulk("auth"u8);
            reply.Bulk("context"u8);
            reply.Bulk(entry.InTransaction ? "multi"u8 : "toplevel"u8);
            reply.Bulk("object"u8);
            reply.Bulk(entry.Command);
            reply.Bulk("username"u8);
            reply.Bulk(entry.User);
            reply.Bulk("age-seconds"u8);
            reply.Double(Encoding.ASCII.GetBytes(((now - entry.CreatedMs) / 1000.0).ToString(CultureInfo.InvariantCulture)));
            reply.Bulk("client-info"u8);
            reply.Bulk(entry.Client);
        }
    }

    // The one user may do everything that there is.
    private static void DryRun(Session session, in ArgList args)
    {
        if (!args[2].SequenceEqual("default"u8))
        {
            session.Output.Error($"ERR User '{Encoding.Latin1.GetString(args[2])}' not found");
            return;
        }

        if (session.Server.Commands.Find(args[3]) is not { } command)
        {
            session.Output.Error($"ERR Command '{Encoding.Latin1.GetString(args[3])}' not found");
            return;
        }

        if (command.Subcommands.Length > 0 && args.Count > 4)
        {
            string name = $"{command.Spec.Name}|{Encoding.Latin1.GetString(args[4]).ToLowerInvariant()}";
            CommandEntry? sub = command.Subcommands.FirstOrDefault(s => s.Spec.Name == name);
            if (sub is null)
            {
                session.Output.Error($"ERR Command '{command.Spec.Name}' not found");
                return;
            }

            command = sub;
        }

        if (command.Spec.Accepts(args.Count - 3)) session.Output.Ok();
        else session.Output.Error($"ERR wrong number of arguments for '{command.Spec.Name}' command");
    }
}
