using System.Text;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Gateway.Commands.Cluster;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Slots;
using static OrleansKv.Protocol.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands;

/// <summary>
/// CLUSTER and the three switches of Redis Cluster's clients, answered from the host's <see cref="IClusterView"/>; without one, each as
/// a Redis without cluster support. Every node serves every key (it asks the leader itself): READONLY lets it answer reads from its own
/// copy instead, where it has one, and ASKING changes nothing.
/// </summary>
internal static class ClusterCommands
{
    private const string NotAnInteger = "ERR value is not an integer or out of range";

    private const string NoTakeover =
        "ERR CLUSTER FAILOVER TAKEOVER is not supported: a leader that no majority has elected could lose writes";

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        Switch("readonly", Loading | Stale | Fast, "Enables read queries for a connection to a cluster replica node",
            static session => session.ReadsFollowers = true),
        Switch("readwrite", Loading | Stale | Fast, "Disables read queries for a connection to a cluster replica node",
            static session => session.ReadsFollowers = false),
        Switch("asking", Fast, "Sent by cluster clients after an -ASK redirect", static _ => { }),
        SessionCommand.Container("cluster", "cluster", "3.0.0", "A container for cluster commands",
        [
            Ask("countkeysinslot", 3, "3.0.0", "Return the number of local keys in the specified hash slot", "slot", CountKeysInSlot),
            Ask("getkeysinslot", 4, "3.0.0", "Return local key names in the specified hash slot", "slot count", GetKeysInSlot),
            Ask("info", 2, "3.0.0", "Provides info about Redis Cluster node state", "",
                static (Session s, in ArgList _, IClusterView c) => s.Output.Verbatim(ClusterInfoText.Of(c.Snapshot))),
            Ask("keyslot", 3, "3.0.0", "Returns the hash slot of the specified key", "key",
                static (Session s, in ArgList a, IClusterView _) => s.Output.Integer(Slot.Of(a[2]).Value)),
            Ask("myid", 2, "3.0.0", "Return the node id", "",
                static (Session s, in ArgList _, IClusterView c) => s.Output.Bulk(c.Snapshot.Self.RedisId)),
            Ask("nodes", 2, "3.0.0", "Get Cluster config for the node", "",
                static (Session s, in ArgList _, IClusterView c) =>
                    s.Output.Verbatim(ClusterNodesText.Of(c.Snapshot, SpeaksTls(s, c.Snapshot)))),
            Ask("shards", 2, "7.0.0", "Get array of cluster slots to node mappings", "",
                static (Session s, in ArgList _, IClusterView c) => ClusterShardsReply.Write(s.Output, c.Snapshot)),
            Ask("slots", 2, "3.0.0", "Get array of Cluster slot to node mappings", "",
                static (Session s, in ArgList _, IClusterView c) =>
                    ClusterSlotsReply.Write(s.Output, c.Snapshot, SpeaksTls(s, c.Snapshot))),
            ClusterCommand.Of("failover", -2, Admin | Stale, "3.0.0", "Has this node lead the shards that it has copies of",
                "[FORCE | TAKEOVER | RESET]", Failover),
            ClusterCommand.Of("replicas", 3, Admin | Stale, "5.0.0", "List replica nodes of the specified master node", "node-id",
                Replicas),
            ClusterCommand.Of("slaves", 3, Admin | Stale, "3.0.0", "List replica nodes of the specified master node", "node-id", Replicas),
            ClusterCommand.Of("help", 2, Loading | Stale, "5.0.0", "Show helpful text about the different subcommands", "", Help),
            .. ClusterRefusals.All,
        ]),
    ];

    private static SessionCommand Ask(string name, int arity, string since, string summary, string syntax, ClusterHandler run) =>
        ClusterCommand.Of(name, arity, Stale, since, summary, syntax, run);

    private static SessionCommand Switch(string name, CommandFlags flags, string summary, Action<Session> set) =>
        SessionCommand.Of(name, 1, flags, "cluster", "3.0.0", summary, "",
            ClusterCommand.Guarded((Session s, in ArgList _, IClusterView _) =>
            {
                set(s);
                s.Output.Ok();
            }));

    /// <summary>The port it came in by tells; a client gets the ports of its own kind, as from Redis.</summary>
    private static bool SpeaksTls(Session session, ClusterSnapshot cluster) =>
        cluster.Self.TlsPort != 0 && session.Connection.Local is System.Net.IPEndPoint local && local.Port == cluster.Self.TlsPort;

    // FORCE is for a master that is dead, whose shards others lead by themselves here: what is left to ask for is the same.
    private static void Failover(Session session, in ArgList args, IClusterView cluster)
    {
        string option = args.Count == 3 ? Encoding.UTF8.GetString(args[2]).ToUpperInvariant() : "";
        if (args.Count > 3 || option is not ("" or "FORCE" or "TAKEOVER" or "RESET")) session.Output.Error("ERR syntax error");
        else if (option == "TAKEOVER") session.Output.Error(NoTakeover);
        else if (cluster.Prefer(option != "RESET") is { } problem) session.Output.Error("ERR " + problem);
        else session.Output.Ok();
    }

    private static void CountKeysInSlot(Session session, in ArgList args, IClusterView cluster)
    {
        if (!Number.TryInteger(args[2], out long slot)) session.Output.Error(NotAnInteger);
        else if (slot is < 0 or >= SlotId.Count) session.Output.Error("ERR Invalid slot");
        else session.Output.Integer(cluster.CountKeysInSlot(new SlotId((ushort)slot)));
    }

    private static void GetKeysInSlot(Session session, in ArgList args, IClusterView cluster)
    {
        if (!Number.TryInteger(args[2], out long slot) || !Number.TryInteger(args[3], out long count))
        {
            session.Output.Error(NotAnInteger);
            return;
        }

        if (slot is < 0 or >= SlotId.Count || count < 0)
        {
            session.Output.Error("ERR Invalid slot or number of keys");
            return;
        }

        // Copied, because the reply starts with their number and the slot may change meanwhile.
        var keys = new List<byte[]>();
        int most = (int)Math.Min(count, int.MaxValue);
        if (most > 0) cluster.KeysInSlot(new SlotId((ushort)slot), most, key => keys.Add(key.ToArray()));
        session.Output.Array(keys.Count);
        foreach (byte[] key in keys) session.Output.Bulk(key);
    }

    private static void Replicas(Session session, in ArgList args, IClusterView view)
    {
        string id = Encoding.Latin1.GetString(args[2]);
        ClusterSnapshot cluster = view.Snapshot;
        for (int master = 0; master < cluster.Nodes.Count; master++)
        {
            if (cluster.Nodes[master].RedisId != id) continue;
            IReadOnlyList<string> lines = ClusterNodesText.ReplicasOf(cluster, master, SpeaksTls(session, cluster));
            session.Output.Array(lines.Count);
            foreach (string line in lines) session.Output.Bulk(line);
            return;
        }

        session.Output.Error("ERR Unknown node "u8, args[2], default);
    }

    private static void Help(Session session, in ArgList args, IClusterView cluster) => Subcommands.Help(session.Output, "CLUSTER",
        "COUNTKEYSINSLOT <slot>", "    Return the number of keys in <slot>.",
        "FAILOVER [FORCE|RESET]", "    Have this node lead the shards that it has copies of; RESET: no more than its share.",
        "GETKEYSINSLOT <slot> <count>", "    Return key names stored by current node in a slot.",
        "INFO", "    Return information about the cluster.",
        "KEYSLOT <key>", "    Return the hash slot for <key>.",
        "MYID", "    Return the node id.",
        "NODES", "    Return cluster configuration seen by node. Output format:",
        "    <id> <ip:port> <flags> <master> <pings> <pongs> <epoch> <link> <slot> ...",
        "REPLICAS <node-id>", "    Return <node-id> replicas.",
        "SLOTS", "    Return information about slots range mappings. Each range is made of:",
        "    start, end, master and replicas IP addresses, ports and ids",
        "SHARDS", "    Return information about slot range mappings and the nodes associated with them.");
}
