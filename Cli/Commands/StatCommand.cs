using System.Globalization;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Commands;

/// <summary><c>kv stat [seconds]</c>: a line of counters a second, until Ctrl-C.</summary>
internal static class StatCommand
{
    public static int Run(RespConnection connection, IReadOnlyList<string> words)
    {
        int lines = int.MaxValue;
        if (words.Count > 1 && !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out lines)) throw new CliException($"stat: '{words[1]}' is no number of lines", 2);
        Console.Out.WriteLine($"{"keys",12} {"memory",10} {"clients",8} {"ops/s",10} {"hits",14} {"misses",14}");
        for (int i = 0; i < lines; i++)
        {
            if (i > 0) Thread.Sleep(1_000);
            RespValue reply = connection.Call("INFO");
            if (reply.IsError) throw new CliException(reply.Text);
            Dictionary<string, string> info = reply.Text.Split("\r\n").Select(l => l.Split(':', 2)).Where(p => p.Length == 2).DistinctBy(p => p[0]).ToDictionary(p => p[0], p => p[1]);
            string keys = info.GetValueOrDefault("db0", "keys=0").Split(',')[0]["keys=".Length..];
            Console.Out.WriteLine($"{keys,12} {info.GetValueOrDefault("used_memory_human", "?"),10} {info.GetValueOrDefault("connected_clients", "?"),8} {info.GetValueOrDefault("instantaneous_ops_per_sec", "?"),10} {info.GetValueOrDefault("keyspace_hits", "?"),14} {info.GetValueOrDefault("keyspace_misses", "?"),14}");
        }

        return 0;
    }
}
