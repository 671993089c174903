using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Shell;

/// <summary>Names of commands: the server's own, or a built-in list when it does not tell.</summary>
internal static class Completion
{
    public static readonly IReadOnlyList<string> BuiltIn =
    [
        "APPEND", "BATCH", "BGSAVE", "CLIENT", "CONFIG", "CONTAINS", "COPY", "DBSIZE", "DECR", "DEL", "DELETE", "EXISTS", "EXPIRE", "FLUSHALL", "GET",
        "GETDEL", "GETEX", "INCR", "INCRBY", "INFO", "KEYS", "MGET", "MONITOR", "MSET", "NODES", "PERSIST", "PING", "PUBLISH", "PUT", "REBALANCE",
        "RENAME", "SAVE", "SCAN", "SET", "SHUTDOWN", "SLOWLOG", "STRLEN", "SUBSCRIBE", "TTL", "TYPE",
    ];

    public static IReadOnlyList<string> FromServer(RespConnection connection)
    {
        RespValue list = connection.Call("COMMAND", "LIST");
        return list.Items.Count == 0 ? BuiltIn : [.. list.Items.Select(i => i.Text.ToUpperInvariant()).Where(n => !n.Contains('|', StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    public static IReadOnlyList<string> For(IReadOnlyList<string> commands, string text) =>
        [.. commands.Where(c => c.StartsWith(text, StringComparison.OrdinalIgnoreCase))];
}
