namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// Command tips: how a client that speaks to several nodes should send a command and join the replies. Redis' own for the commands we
/// share with it (https://redis.io/docs/latest/develop/reference/command-tips/).
/// </summary>
internal static class CommandTips
{
    private const string Varies = "nondeterministic_output";
    private const string AllNodes = "request_policy:all_nodes";
    private const string AllShards = "request_policy:all_shards";
    private const string AllSucceeded = "response_policy:all_succeeded";

    /// <param name="command">Its name; with <c>|</c> before a subcommand's.</param>
    /// <param name="answersForCluster">Whether commands on all keys of this connection are about the whole cluster: then one node is
    /// enough.</param>
    public static string[] Of(string command, bool answersForCluster) => command switch
    {
        "keys" when answersForCluster => ["nondeterministic_output_order"],
        "randomkey" or "scan" when answersForCluster => [Varies],
        "dbsize" or "flushall" or "flushdb" when answersForCluster => [],
        "keys" => [AllShards, "nondeterministic_output_order"],
        "touch" or "del" or "unlink" or "exists" => ["request_policy:multi_shard", "response_policy:agg_sum"],
        "mget" => ["request_policy:multi_shard"],
        "mset" => ["request_policy:multi_shard", AllSucceeded],
        "msetnx" => ["request_policy:multi_shard", "response_policy:agg_min"],
        "dump" or "pttl" or "ttl" or "client|list" or "client|info" or "time" or "lastsave"
            or "object|encoding" or "object|freq" or "object|idletime" or "object|refcount" or "object|version" => [Varies],
        "cluster|bumpepoch" or "cluster|count-failure-reports" or "cluster|getkeysinslot" or "cluster|info" or "cluster|links"
            or "cluster|nodes"
            or "cluster|replicas" or "cluster|shards" or "cluster|slaves" or "cluster|slots" => [Varies],
        "randomkey" => [AllShards, Varies],
        "flushall" or "flushdb" or "ping" or "memory|purge" or "function|flush" => [AllShards, AllSucceeded],
        "dbsize" => [AllShards, "response_policy:agg_sum"],
        "scan" => [Varies, "request_policy:special"],
        "wait" or "waitaof" => [AllShards, "response_policy:agg_min"],
        "info" or "memory|stats" or "memory|doctor" or "memory|malloc-stats" or "function|stats" =>
            [Varies, AllShards, "response_policy:special"],
        "config|set" or "latency|reset" or "slowlog|reset" => [AllNodes, AllSucceeded],
        "latency|graph" or "latency|latest" or "latency|doctor" or "latency|histogram" or "latency|history" =>
            [Varies, AllNodes, "response_policy:special"],
        "slowlog|get" => [AllNodes, Varies],
        "slowlog|len" => [AllNodes, "response_policy:agg_sum", Varies],
        "command" or "command|list" or "command|docs" or "command|info" or "function|list" or "module|list" =>
            ["nondeterministic_output_order"],
        _ => [],
    };
}
