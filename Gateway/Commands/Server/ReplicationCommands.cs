using System.Buffers.Text;
using System.Globalization;
using System.Text;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// ROLE and REPLICAOF, and the commands by which one server follows another. A cluster's node is a master to Redis' replication, and stays
/// one: the nodes that follow its shards are shown as its replicas; the cluster names them. Behind them come servers that follow the
/// cluster as a whole.
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
        SessionCommand.Of("replstream", 5, Admin | NoScript | NoMulti, "server", "orleanskv",
            "Makes the connection a follower's: it is sent the keys, or the records that it lacks, and those to come",
            "version run-id port state", static (Session s, in ArgList a) =>
            {
                if (s.Server.Control.Links is { } links) links.Open(s, a);
                else s.Output.Error("ERR this server cannot be followed");
            }),
        SessionCommand.Of("replack", 3, Admin | NoScript | NoMulti | Loading | Stale | Fast, "server", "orleanskv",
            "Says how far the follower of this connection is; no reply", "applied on-disk", static (Session s, in ArgList a) =>
            {
                if (s.Server.Control.Links is { } links) links.Acknowledge(s, a);
                else s.Output.Error("ERR this connection is no follower's");
            }),
    ];

    private static void Role(Session session, in ArgList args)
    {
        LinksReport? links = session.Server.Control.Links?.Report();
        if (links?.Leader is { } leader)
        {
            session.Output.Array(5);
            session.Output.Bulk("slave"u8);
            session.Output.Bulk(leader.Host);
            session.Output.Integer(leader.Port);
            session.Output.Bulk(leader.State);
            session.Output.Integer(links.Offset);
            return;
        }

        session.Output.Array(3);
        session.Output.Bulk("master"u8);
        ReplicationReport? replication = session.Server.Control.Replication;
        FollowerReport[] followers = [.. replication?.Followers ?? [], .. links?.Followers ?? []];
        session.Output.Integer(replication?.Offset ?? links?.Offset ?? 0);
        session.Output.Array(followers.Length);
        foreach (FollowerReport follower in followers)
        {
            session.Output.Array(3);
            session.Output.Bulk(follower.Host);
            session.Output.Bulk(follower.Port.ToString(CultureInfo.InvariantCulture));
            session.Output.Bulk(follower.Offset.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void ReplicaOf(Session session, in ArgList args)
    {
        ILinkControl? links = session.Server.Control.Links;
        if (args.Is(1, "NO"u8) && args.Is(2, "ONE"u8))
        {
            Answer(session, links?.Lead());
            return;
        }

        bool isPort = Utf8Parser.TryParse(args[2], out int port, out int used) && used == args[2].Length && port is >= 0 and <= 65535;
        if (!isPort) session.Output.Error("ERR Invalid master port");
        else if (links is not null) Answer(session, links.Follow(Encoding.UTF8.GetString(args[1]), port));
        else session.Output.Error("ERR this server cannot be a replica of a Redis server");
    }

    private static void Answer(Session session, string? problem)
    {
        if (problem is null) session.Output.Ok();
        else session.Output.Error(problem);
    }
}
