using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Sessions;
using static OrleansKv.Engine.Commands.CommandFlags;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>Redis Cluster's commands, as a server without it answers them.</summary>
internal static class ClusterCommands
{
    private const CommandFlags Usual = Loading | Stale | Fast;

    public static readonly IReadOnlyList<SessionCommand> All =
    [
        SessionCommand.Of("readonly", 1, Usual, "cluster", "3.0.0", "Enables read queries for a connection to a cluster replica node", "", Disabled),
        SessionCommand.Of("readwrite", 1, Usual, "cluster", "3.0.0", "Disables read queries for a connection to a cluster replica node", "", Disabled),
        SessionCommand.Of("asking", 1, Fast, "cluster", "3.0.0", "Sent by cluster clients after an -ASK redirect", "", Disabled),
        SessionCommand.Container("cluster", "cluster", "3.0.0", "A container for cluster commands",
        [
            .. new[] { "info", "myid", "nodes", "slots", "shards", "links" }.Select(name => Sub(name, 2, "")),
            .. new[] { "keyslot", "countkeysinslot", "replicas", "slaves" }.Select(name => Sub(name, 3, name == "keyslot" ? "key" : "")),
            Sub("getkeysinslot", 4, "slot count"),
            Sub("reset", -2, "[HARD | SOFT]"),
            SessionCommand.HelpOf("cluster", "cluster", "5.0.0",
                "INFO", "    Return information about the cluster.", "KEYSLOT <key>", "    Return the hash slot for <key>."),
        ]),
    ];

    private static SessionCommand Sub(string name, int arity, string syntax) =>
        SessionCommand.Of("cluster|" + name, arity, Stale, "cluster", "3.0.0", "Not available: cluster support is disabled", syntax, Disabled);

    private static void Disabled(Session session, in ArgList args) => session.Output.Error("ERR This instance has cluster support disabled");
}
