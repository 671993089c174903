using System.Security.Cryptography;
using System.Text;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Resp;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>ACL for the one user there is: <c>default</c>, who may do everything, with the password of <c>requirepass</c>.</summary>
internal static class AclCommands
{
    private const CommandFlags Open = NoScript | Loading | Stale;

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
            SessionCommand.HelpOf("acl", "server", "6.0.0",
                "CAT [<category>]", "    List all commands that belong to <category>, or all command categories",
                "    when no category is specified.",
                "GETUSER <username>", "    Get the user's details.",
                "LIST", "    Show users details in config file format.",
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
}
