using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Commands;

public sealed class InfoTests
{
    private static readonly string[] Default =
        ["Server", "Clients", "Memory", "Persistence", "Stats", "Replication", "CPU", "Modules", "Errorstats", "Cluster", "Keyspace",
            "Orleanskv"];

    private readonly TestGateway _gateway = new();

    [Theory]
    [InlineData("info")]
    [InlineData("info default")]
    [InlineData("INFO nosuch DEFAULT")]
    public void Info_Default_HasRedisSectionsInItsOrder(string line) => Assert.Equal(Default, Sections(_gateway.Connect().Do(line)));

    [Theory]
    [InlineData("info all")]
    [InlineData("info everything")]
    public void Info_All_HasCommandAndLatencyStatsToo(string line) => Assert.Equal(
        [.. Default[..8], "Commandstats", "Errorstats", "Latencystats", "Cluster", "Keyspace", "Orleanskv"],
        Sections(_gateway.Connect().Do(line)));

    [Fact]
    public void Info_NamedSections_AreSeparatedByAnEmptyLine()
    {
        string text = _gateway.Connect().Do("info KEYSPACE cluster");
        Assert.Equal("$69\r\n# Cluster\r\ncluster_enabled:0\r\n\r\n# Keyspace\r\ndb0:keys=3,expires=1,avg_ttl=0\r\n\r\n".Length,
            text.Length);
        Assert.EndsWith("# Cluster\r\ncluster_enabled:0\r\n\r\n# Keyspace\r\ndb0:keys=3,expires=1,avg_ttl=0\r\n\r\n", text);
    }

    [Fact]
    public void Info_Fields_ComeFromTheReport()
    {
        string text = _gateway.Connect().Do("info all");
        string[] expected =
        [
            "redis_version:7.0.15", "process_id:42", "tcp_port:9090", "uptime_in_seconds:90000", "uptime_in_days:1", "connected_clients:1",
            "used_memory:1536", "used_memory_human:1.50K", "used_memory_peak_perc:50.00%", "maxmemory_human:1.00M",
            "used_memory_rss_human:16.00M",
            "maxmemory_policy:allkeys-lru", "rdb_last_save_time:1600000000", "rdb_saves:4", "aof_enabled:1", "keyspace_hits:5",
            "keyspace_misses:6",
            "evicted_keys:7", "expired_keys:8", "role:master", "shards:2", "journal_flush_mean_ms:5.000",
            "publish_queued_bytes:11", "publish_dropped:12",
            "rebalance:from=2,to=3,slots_moved=10,slots_to_move=5461,keys_moved=1",
        ];
        foreach (string line in expected) Assert.Contains("\r\n" + line + "\r\n", text);
    }

    [Fact]
    public void Info_CountsWhatClientsMakeTheServerHold()
    {
        SessionDriver asker = _gateway.Connect();
        long before = Field(asker, "memory", "mem_clients_normal");
        SessionDriver writer = _gateway.Connect();
        writer.Do("multi");
        writer.Do("set k " + new string('v', 40_000));
        SessionDriver reader = _gateway.Connect();
        reader.Do("subscribe c");
        asker.Do("publish c " + new string('m', 50_000));
        Assert.InRange(Field(asker, "memory", "mem_clients_normal") - before, 90_000, 300_000);
        Assert.InRange(Field(asker, "clients", "client_recent_max_output_buffer"), 50_000, 200_000);
    }

    private static long Field(SessionDriver client, string section, string name)
    {
        string line = client.Do("info " + section).Split("\r\n").Single(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length + 1), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Info_CommandStats_CountCallsFailuresAndRefusalsBySubcommand()
    {
        SessionDriver client = _gateway.Connect();
        client.Send("set a b\r\nget a\r\nget a\r\nget\r\nconfig get x\r\nconfig get\r\nselect 9\r\nmulti\r\nget a\r\nexec\r\n");
        string text = client.Do("info commandstats");
        Assert.Matches(@"cmdstat_get:calls=3,usec=\d+,usec_per_call=\d+\.\d\d,rejected_calls=1,failed_calls=0\r\n", text);
        Assert.Matches(@"cmdstat_config\|get:calls=1,usec=\d+,usec_per_call=\d+\.\d\d,rejected_calls=1,failed_calls=0\r\n", text);
        Assert.Matches(@"cmdstat_select:calls=1,usec=\d+,usec_per_call=\d+\.\d\d,rejected_calls=0,failed_calls=1\r\n", text);
        Assert.Matches(@"cmdstat_exec:calls=1,", text);
        Assert.DoesNotContain("cmdstat_config:", text);
    }

    [Fact]
    public void Info_ErrorStats_CountByFirstWordAndResetStatForgets()
    {
        SessionDriver client = _gateway.Connect();
        client.Send("nosuch\r\nget\r\nselect 9\r\nmulti\r\nnosuch\r\nexec\r\nauth default x\r\nhello 9\r\n");
        string text = client.Do("info errorstats");
        Assert.Contains("errorstat_ERR:count=4\r\n", text);
        Assert.Contains("errorstat_EXECABORT:count=1\r\n", text);
        Assert.Contains("errorstat_NOPROTO:count=1\r\n", text);
        Assert.Contains("total_error_replies:6\r\n", client.Do("info stats"));
        client.Do("config resetstat");
        Assert.DoesNotContain("errorstat_", client.Do("info errorstats"));
        Assert.DoesNotContain("cmdstat_get", client.Do("info commandstats"));
        Assert.Equal(["reset"], _gateway.Host.Calls);
    }

    [Fact]
    public void Info_LatencyStats_HasPercentilesOfEachCommand() =>
        Assert.Matches(@"latency_percentiles_usec_ping:p50=\d+\.\d{3},p99=\d+\.\d{3},p99\.9=\d+\.\d{3}\r\n",
            _gateway.Connect().Send("ping\r\ninfo latencystats\r\n"));

    private static string[] Sections(string reply) =>
        [.. reply.Split("\r\n").Where(l => l.StartsWith("# ", StringComparison.Ordinal)).Select(l => l[2..])];
}
