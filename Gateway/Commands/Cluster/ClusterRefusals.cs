using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Cluster;

/// <summary>
/// The subcommands by which an operator of Redis Cluster places slots and nodes by hand. Here the cluster map does: they are known, so
/// that a Redis tool hears why instead of "unknown subcommand".
/// </summary>
internal static class ClusterRefusals
{
    public static readonly IReadOnlyList<SessionCommand> All =
    [
        Managed("addslots", -3, "3.0.0", "Assign new hash slots to receiving node", "slot [slot ...]"),
        Managed("addslotsrange", -4, "7.0.0", "Assign new hash slots to receiving node", "start-slot end-slot [start-slot end-slot ...]"),
        Managed("bumpepoch", 2, "3.0.0", "Advance the cluster config epoch", ""),
        Managed("count-failure-reports", 3, "3.0.0", "Return the number of failure reports active for a given node", "node-id"),
        Managed("delslots", -3, "3.0.0", "Set hash slots as unbound in receiving node", "slot [slot ...]"),
        Managed("delslotsrange", -4, "7.0.0", "Set hash slots as unbound in receiving node",
            "start-slot end-slot [start-slot end-slot ...]"),
        Managed("flushslots", 2, "3.0.0", "Delete a node's own slots information", ""),
        Managed("forget", 3, "3.0.0", "Remove a node from the nodes table", "node-id"),
        Refused("links", 2, Stale, "7.0.0", "Returns a list of all TCP links to and from peer nodes in cluster", ""),
        Managed("meet", -4, "3.0.0", "Force a node cluster to handshake with another node", "ip port [cluster_bus_port]"),
        Managed("replicate", 3, "3.0.0", "Reconfigure a node as a replica of the specified master node", "node-id"),
        Refused("reset", -2, Admin | NoScript | Stale, "3.0.0", "Reset a Redis Cluster node", "[HARD | SOFT]"),
        Managed("saveconfig", 2, "3.0.0", "Forces the node to save cluster state on disk", ""),
        Managed("set-config-epoch", 3, "3.0.0", "Set the configuration epoch in a new node", "config-epoch"),
        Managed("setslot", -4, "3.0.0", "Bind a hash slot to a specific node",
            "slot [IMPORTING node-id | MIGRATING node-id | NODE node-id | STABLE]"),
    ];

    private static SessionCommand Managed(string name, int arity, string since, string summary, string syntax) =>
        Refused(name, arity, Admin | Stale, since, summary, syntax);

    private static SessionCommand Refused(string name, int arity, CommandFlags flags, string since, string summary, string syntax) =>
        ClusterCommand.Of(name, arity, flags, since, "Not supported; in Redis: " + summary, syntax, Refuse);

    private static void Refuse(Session session, in ArgList args, Dispatch.IClusterView cluster) =>
        session.Output.Error(
            "ERR CLUSTER "u8, args[1], " is not supported: this cluster manages its nodes and slots itself, see NODES and REBALANCE"u8);
}
