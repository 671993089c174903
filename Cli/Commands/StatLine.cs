using System.Globalization;

namespace OrleansKv.Cli.Commands;

/// <summary>One line of <c>kv stat</c>: the counters of one INFO, and how many requests came since the line before.</summary>
internal sealed record StatLine(
    long Keys, string Memory, string Clients, string Blocked, long Requests, string OpsPerSecond, string Hits, string Misses)
{
    public const string Header =
        "        keys     memory  clients  blocked               requests      ops/s           hits         misses";

    public static StatLine Read(string info)
    {
        Dictionary<string, string> fields = InfoText.Fields(info);
        string Field(string name) => fields.GetValueOrDefault(name, "-");
        long.TryParse(Field("total_commands_processed"), NumberStyles.None, CultureInfo.InvariantCulture, out long requests);
        return new StatLine(KeysOf(fields), Field("used_memory_human"), Field("connected_clients"), Field("blocked_clients"), requests,
            Field("instantaneous_ops_per_sec"), Field("keyspace_hits"), Field("keyspace_misses"));
    }

    public string Format(StatLine? before)
    {
        string requests = before is null || Requests < before.Requests ? Text(Requests) : $"{Requests} (+{Requests - before.Requests})";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Keys,12} {Memory,10} {Clients,8} {Blocked,8} {requests,22} {OpsPerSecond,10} {Hits,14} {Misses,14}");
    }

    // db0:keys=1,expires=0,avg_ttl=0 for each database
    private static long KeysOf(Dictionary<string, string> fields)
    {
        long keys = 0;
        foreach ((string name, string value) in fields)
        {
            if (!name.StartsWith("db", StringComparison.Ordinal) || !value.StartsWith("keys=", StringComparison.Ordinal)) continue;
            if (long.TryParse(value["keys=".Length..].Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long count))
                keys += count;
        }

        return keys;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
