using System.Globalization;
using System.Text;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>
/// The same commands to our handlers and to a Redis, from an empty store: replies byte for byte, then events, hit and miss counts, and
/// every key by its DUMP and deadline. Only what is measured against now is compared with a tolerance.
/// </summary>
internal sealed class Differential : IDisposable
{
    /// <summary>A minute: no pause of a test machine is longer, and every deadline of a test is much farther away.</summary>
    private const long ToleranceMs = 60_000;

    private const int BatchSize = 50; // replies of one batch fit a socket's buffers
    private const string End = "__keyevent@0__:end";
    private readonly RedisConnection _redis;
    private readonly RedisConnection _events;

    public Differential(RedisProcess process, int protocol)
    {
        _redis = new RedisConnection(process.Port);
        _events = new RedisConnection(process.Port);
        Host.Protocol = protocol;
        _redis.Do($"HELLO {protocol}");
        _redis.Do("DEBUG SET-ACTIVE-EXPIRE 0");
        _redis.Do("FLUSHALL");
        _redis.Do("CONFIG RESETSTAT");
        _events.Do("PSUBSCRIBE __keyevent@0__:*");
    }

    public CommandHost Host { get; } = new();

    /// <summary>Fails with the first command whose replies differ, and what led to it.</summary>
    public void Run(IReadOnlyList<byte[][]> commands)
    {
        for (int at = 0; at < commands.Count; at += BatchSize)
        {
            byte[][][] batch = [.. commands.Skip(at).Take(BatchSize)];
            _redis.Send(batch);
            Host.NowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            for (int i = 0; i < batch.Length; i++)
            {
                byte[] ours = Host.Run(batch[i]);
                byte[] theirs = _redis.Read();
                if (Agree(batch[i], theirs, ours)) continue;
                string history = string.Join('\n', commands.Take(at + i)
                    .Where(c => c.Skip(1).Intersect(batch[i].Skip(1), Words.Equal).Any()).TakeLast(12).Select(Words.Show));
                Assert.Fail($"RESP{Host.Protocol}, command {at + i}: {Words.Show(batch[i])}\nredis: {Words.Show(theirs)}\nours:  "
                    + $"{Words.Show(ours)}\nbefore:\n{history}");
            }
        }
    }

    /// <summary>Compares what is left: events, counts, keys.</summary>
    public void AssertEndIsEqual(IEnumerable<string> keys)
    {
        string stats = _redis.Do("INFO stats");
        Assert.Equal((Stat(stats, "keyspace_hits"), Stat(stats, "keyspace_misses")),
            (Host.Shards.Sum(s => s.Stats.Hits), Host.Shards.Sum(s => s.Stats.Misses)));
        byte[][][] questions =
            [.. keys.SelectMany(k => new[] { "DUMP", "PEXPIRETIME" }.Select(q => new[] { CommandHost.Bytes(q), CommandHost.Bytes(k) }))];
        Run(questions);
        // A key's events, not all keys': Redis lets a key that is set in the past expire when it is next looked at, we at once.
        ILookup<string, string> theirs = RedisEvents().ToLookup(KeyOf), ours = Host.Events.ToLookup(KeyOf);
        foreach (string key in keys) Assert.Equal(theirs[key], ours[key]);
        Host.AssertReplicaIsEqual();
    }

    public void Dispose()
    {
        _redis.Dispose();
        _events.Dispose();
        Host.Dispose();
    }

    private static string KeyOf(string happened) => happened[(happened.IndexOf(' ') + 1)..];

    private static bool Agree(byte[][] command, byte[] theirs, byte[] ours)
    {
        if (theirs.AsSpan().SequenceEqual(ours)) return true;
        string name = Encoding.Latin1.GetString(command[0]).ToUpperInvariant();
        if (name == "KEYS") return Sorted(theirs).SequenceEqual(Sorted(ours));
        if (name is not ("TTL" or "PTTL" or "EXPIRETIME" or "PEXPIRETIME")) return false;
        return TryTime(theirs, out long a) && TryTime(ours, out long b) && a > 0 && b > 0
            && Math.Abs(a - b) <= (name[0] == 'P' ? ToleranceMs : ToleranceMs / 1000);
    }

    private static bool TryTime(byte[] reply, out long time)
    {
        time = 0;
        return reply[0] == ':'
            && long.TryParse(Encoding.ASCII.GetString(reply).AsSpan(1).TrimEnd(), CultureInfo.InvariantCulture, out time);
    }

    private static IEnumerable<string> Sorted(byte[] reply) =>
        Encoding.Latin1.GetString(reply)[..^2].Split("\r\n$").Order(StringComparer.Ordinal);

    private static long Stat(string info, string name)
    {
        int at = info.IndexOf(name + ":", StringComparison.Ordinal) + name.Length + 1;
        return long.Parse(info.AsSpan(at, info.IndexOf('\r', at) - at), CultureInfo.InvariantCulture);
    }

    // Pushed before the marker: whatever the commands so far caused.
    private List<string> RedisEvents()
    {
        _redis.Do($"PUBLISH {End} x");
        var events = new List<string>();
        while (true)
        {
            // *4 pmessage pattern channel key
            string[] parts = Encoding.Latin1.GetString(_events.Read()).Split("\r\n");
            if (parts[6] == End) return events;
            events.Add($"{parts[6]["__keyevent@0__:".Length..]} {parts[8]}");
        }
    }
}
