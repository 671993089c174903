using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>ACL categories of commands, derived from flags and group as Redis does, and the few that it lists by hand. Pure.</summary>
internal static class AclCategories
{
    /// <summary>Redis' names in Redis' order; those of types that this store does not have are there, and empty.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap", "hyperloglog", "geo", "stream", "pubsub",
        "admin",
        "fast", "slow", "blocking", "dangerous", "connection", "transaction", "scripting",
    ];

    private static readonly HashSet<string> Dangerous = ["keys", "flushall", "flushdb", "restore", "swapdb", "info", "role", "lastsave"];
    private static readonly HashSet<string> ConnectionToo = ["wait", "waitaof", "readonly", "readwrite", "asking", "command"];

    /// <summary>Names without the <c>@</c>, in the order of <see cref="Names"/>.</summary>
    public static IEnumerable<string> Of(CommandSpec spec) => Names.Where(name => IsIn(spec, name));

    public static bool IsIn(CommandSpec spec, string category) => category switch
    {
        "keyspace" => (spec.Group == "generic" && !ConnectionToo.Contains(spec.Name) && !IsContainer(spec)) || spec.Name is "flushall"
            or "flushdb" or "dbsize" or "swapdb" or "move",
        "read" => Has(spec, CommandFlags.ReadOnly) && spec.Group != "scripting",
        "write" => Has(spec, CommandFlags.Write),
        "string" or "bitmap" or "connection" when spec.Group == category => !IsContainer(spec),
        "connection" => ConnectionToo.Contains(spec.Name.Split('|')[0]),
        "transaction" => spec.Group == "transactions",
        "scripting" => spec.Group == "scripting" && !IsContainer(spec),
        "pubsub" => Has(spec, CommandFlags.PubSub),
        "admin" => Has(spec, CommandFlags.Admin) || spec.Name is "role" or "lastsave",
        "dangerous" => Has(spec, CommandFlags.Admin) || Dangerous.Contains(spec.Name),
        "fast" => Has(spec, CommandFlags.Fast),
        "slow" => !Has(spec, CommandFlags.Fast),
        "blocking" => Has(spec, CommandFlags.Blocking),
        _ => false,
    };

    private static bool Has(CommandSpec spec, CommandFlags flag) => (spec.Flags & flag) != 0;

    private static bool IsContainer(CommandSpec spec) => spec.Name is "client" or "function" or "object";
}
