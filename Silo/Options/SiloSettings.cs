using OrleansKv.Grains.Node;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Options.Types;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Silo.Options;

/// <summary>The settings of a node: all of a server's, and those of the cluster.</summary>
internal static class SiloSettings
{
    public static SettingTable Table(int processors) => new([.. Cluster(), .. ServerSettings.Rows(processors)]);

    private static IEnumerable<Setting> Cluster()
    {
        const string Group = "Cluster";
        yield return new()
        {
            Name = "node-id", Group = Group, Type = new TextType("NAME", mayBeEmpty: false), Default = "node1",
            Help = "Name of this node, stable over restarts; another for each node.",
        };
        yield return new()
        {
            Name = "cluster-id", Group = Group, Type = new TextType("NAME", mayBeEmpty: false), Default = "orleanskv",
            Help = "Name of the cluster; nodes of another are refused.",
        };
        yield return new()
        {
            Name = "cluster", Group = Group,
            Type = new ChoiceType<ClusterKind>(("quorum", ClusterKind.Quorum), ("postgres", ClusterKind.Postgres)), Default = "quorum",
            Help = "Who keeps membership and map: quorum, the first nodes by majority; postgres, a database.",
        };
        yield return new()
        {
            Name = "join", Group = Group, Type = new EndpointListType(), Default = "",
            Help = "With quorum: silo addresses of any nodes that run; empty makes a new node the first of a cluster.",
        };
        yield return new()
        {
            Name = "postgres", Group = Group, IsSecret = true, Type = new TextType("CONNECTION", mayBeEmpty: true), Default = "",
            Help = "With postgres: Npgsql connection string. Others can read a flag: prefer the variable or the file.",
        };
        yield return new()
        {
            Name = "replicas", Group = Group, Type = new IntegerType("COUNT", 1, 7), Default = "3",
            Help = "Copies of each shard, on as many nodes. The first node's counts, when it founds the cluster.",
        };
        yield return new()
        {
            Name = "write-quorum", Group = Group, Type = new IntegerType("COUNT", 0, 7), Default = "0",
            Help = "Copies on which a write must be before it is acknowledged; 0 is a majority of --replicas.",
        };
        yield return new()
        {
            Name = "read-quorum", Group = Group, Type = new IntegerType("COUNT", 0, 7), Default = "0",
            Help = "Copies that a new leader hears from; more lets fewer confirm its reads. 0 is the least that --write-quorum allows.",
        };
        yield return new()
        {
            Name = "read-level", Group = Group, Change = SettingChange.Runtime, Default = "leader",
            Type = new ChoiceType<ReadLevel>(("leader", ReadLevel.Leader), ("quorum", ReadLevel.Quorum)),
            Help = "How a leader makes sure of reads: by its leases, or by asking a quorum, which trusts no clock. The same on all nodes.",
        };
        yield return new()
        {
            Name = "digest-interval", Group = Group, Change = SettingChange.Runtime, Default = "3600",
            Type = new IntegerType("SECONDS", 0, int.MaxValue),
            Help = "Time between comparisons of a shard's copies by digests, by its leader; 0 is never. One that differs is replaced.",
        };
        yield return new()
        {
            Name = "keyspace-scope", Group = Group, Change = SettingChange.Runtime, Default = "node",
            Type = new ChoiceType<KeyspaceScope>(("node", KeyspaceScope.Node), ("cluster", KeyspaceScope.Cluster)),
            Help = "Whose keys DBSIZE, KEYS, SCAN, RANDOMKEY and FLUSHALL mean; cluster: all nodes', for clients that know no clusters.",
        };
        yield return new()
        {
            Name = "silo-port", Group = Group, Type = new IntegerType("PORT", 1, 55535), Default = "11111",
            Help = "Port for the other nodes; with quorum the port 10000 above it is theirs, too.",
        };
        yield return new()
        {
            Name = "gateway-port", Group = Group, Type = new IntegerType("PORT", 0, 65535), Default = "30000",
            Help = "Port for Orleans clients; 0 is none.",
        };
        yield return new()
        {
            Name = "advertise", Group = Group, Type = new AddressListType(), Default = "127.0.0.1",
            Help = "Address at which other nodes and clients reach this one.",
        };
        yield return new()
        {
            Name = "silo-tls-cert", Group = Group, Type = new TextType("FILE", mayBeEmpty: true), Default = "",
            Help = "PEM certificate for TLS between nodes; all nodes need one, issued by --silo-tls-ca.",
        };
        yield return new()
        {
            Name = "silo-tls-key", Group = Group, Type = new TextType("FILE", mayBeEmpty: true), Default = "",
            Help = "PEM key of --silo-tls-cert.",
        };
        yield return new()
        {
            Name = "silo-tls-ca", Group = Group, Type = new TextType("FILE", mayBeEmpty: true), Default = "",
            Help = "PEM certificate that other nodes' certificates must be issued by.",
        };
        yield return new()
        {
            Name = "silo-insecure", Group = Group, Type = new SwitchType("yes", "no"), Default = "no",
            Help = "Allow --advertise beyond loopback without TLS: who reaches the ports of the nodes needs no password.",
        };
        yield return new()
        {
            Name = "replace-lost-data", Group = Group, Type = new TextType("STORE", mayBeEmpty: true), Default = "",
            Help = "The lost store of this node, as a refused start names it: the node goes on without the keys that were in it.",
        };
        yield return new()
        {
            Name = "enable-faults", Group = Group, Type = new SwitchType("yes", "no"), Default = "no",
            Help = "Allow FAULT to put faults into this node on purpose, for tests: who may send commands may lose data by it.",
        };
        yield return new()
        {
            Name = "dashboard", Group = Group, Default = "auto",
            Type = new ChoiceType<DashboardMode>(("auto", DashboardMode.Auto), ("on", DashboardMode.On), ("off", DashboardMode.Off)),
            Help = "Orleans Dashboard at /dashboard of the HTTP port; auto: on loopback alone. It has no password.",
        };
    }
}
