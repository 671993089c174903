using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands;

/// <summary>
/// CLIENT SCOPE, our own: whose keys the commands on all keys mean on this connection. In an embedded server it changes nothing, so that a
/// tool can send it wherever it connects.
/// </summary>
internal static class ClientScope
{
    public static readonly SessionCommand Command = SessionCommand.Of(
        "client|scope", 3, NoScript | Loading | Stale, "connection", "orleanskv",
        "Whether DBSIZE, KEYS, SCAN, RANDOMKEY, FLUSHALL and FLUSHDB of this connection are about this node's keys or the whole cluster's",
        "NODE | CLUSTER | DEFAULT", Run);

    public static readonly string[] Help =
    [
        "SCOPE (NODE|CLUSTER|DEFAULT)",
        "    Whose keys DBSIZE, KEYS, SCAN, RANDOMKEY, FLUSHALL and FLUSHDB of this connection mean.",
    ];

    private static void Run(Session session, in ArgList args)
    {
        if (args.Is(2, "NODE"u8)) session.Scope = KeyspaceScope.Node;
        else if (args.Is(2, "CLUSTER"u8)) session.Scope = KeyspaceScope.Cluster;
        else if (args.Is(2, "DEFAULT"u8)) session.Scope = null;
        else
        {
            session.Output.Error("ERR scope must be NODE, CLUSTER or DEFAULT");
            return;
        }

        session.Output.Ok();
    }
}
