using System.Buffers.Text;
using System.Globalization;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// ROLE and REPLICAOF: to Redis' replication this is a master, and stays one. The nodes that follow its shards are shown as its replicas;
/// the cluster names them.
/// </summary>
internal static class ReplicationCommands
{
    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("role", 1, NoScript | Loading | Stale | Fast, "server", "2.8.12",
            "Return the role of the instance in the context of replication", "", Role),
        SessionCommand.Of("replicaof", 3, Admin | NoScript | Stale, "server", "5.0.0",
            "Make the server a replica of another instance, or promote it as master.", "host port | NO ONE", ReplicaOf),
        SessionCommand.Of("slaveof", 3, Admin | NoScript | Stale, "server", "1.0.0",
            "Make the server a replica of another instance, or promote it as master.", "host port | NO ONE", ReplicaOf),
    ];

    private static void Role(Session session, in ArgList args)
    {
        session.Output.Array(3);
        session.Output.Bulk("master"u8);
        ReplicationReport? replication = session.Server.Control.Replication;
        session.Output.Integer(replication?.Offset ?? 0);
        session.Output.Array(replication?.Followers.Count ?? 0);
        foreach (FollowerReport follower in replication?.Followers ?? [])
        {
            session.Output.Array(3);
            session.Output.Bulk(follower.Host);
            session.Output.Bulk(follower.Port.ToString(CultureInfo.InvariantCulture));
            session.Output.Bulk(follower.Offset.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void ReplicaOf(Session session, in ArgList args)
    {
        if (args.Is(1, "NO"u8) && args.Is(2, "ONE"u8))
        {
            session.Output.Ok();
            return;
        }

        bool isPort = Utf8Parser.TryParse(args[2], out int port, out int used) && used == args[2].Length && port is >= 0 and <= 65535;
        session.Output.Error(isPort ? "ERR this server cannot be a replica of a Redis server" : "ERR Invalid master port");
    }
}
