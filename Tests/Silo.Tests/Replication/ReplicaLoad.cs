using System.Collections.Concurrent;
using System.Globalization;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Replication;

/// <summary>
/// Clients of some nodes: writers, each of which counts up keys of its own and sets new ones, and readers of what all of them count. It
/// remembers what was acknowledged; <see cref="CheckThrough"/> finds that. A reader that is answered with less than was acknowledged before
/// it asked, or than it has read before, fails the load. One thread at a time uses it.
/// </summary>
internal sealed class ReplicaLoad : IDisposable
{
    private const int WritersANode = 2;

    /// <summary>Keys that a writer counts: with four writers each of 32 shards has five of them.</summary>
    private const int KeysAWriter = 40;

    private const int KeysACheck = 500;

    private readonly ManualResetEventSlim _stop = new();
    private readonly ConcurrentDictionary<string, string> _set = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly List<CountedKey> _counted = [];
    private readonly List<LoadThread> _threads = [];
    private long _acknowledged;
    private long _read;

    /// <param name="name">Beginning of its keys.</param>
    /// <param name="through">The nodes that it is a client of.</param>
    public ReplicaLoad(string name, params SiloProcess[] through)
    {
        CountedKey[][] writers = [.. Enumerable.Range(0, through.Length * WritersANode).Select(w =>
            Enumerable.Range(0, KeysAWriter).Select(k => new CountedKey(Text($"{name}:{w}:count:{k}"))).ToArray())];
        _counted.AddRange(writers.SelectMany(w => w));
        Writers = writers.Length;
        for (int i = 0; i < writers.Length; i++)
        {
            string prefix = Text($"{name}:{i}:set:");
            CountedKey[] keys = writers[i];
            int step = 0;
            _threads.Add(new LoadThread(through[i % through.Length], _stop, client => Write(client, prefix, keys, step++)));
        }

        foreach (SiloProcess node in through)
        {
            var seen = new long[_counted.Count];
            int step = 0;
            _threads.Add(new LoadThread(node, _stop, client => Read(client, seen, step++ % seen.Length)));
        }
    }

    /// <summary>Clients that write; each waits for an answer before it sends its next command.</summary>
    public int Writers { get; }

    /// <summary>Writes that were acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Reads that were answered with a value.</summary>
    public long ReadCount => Interlocked.Read(ref _read);

    /// <summary>Replies to writes that are errors.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    public IReadOnlyList<CountedKey> Counted => _counted;

    /// <summary>So many more writes have been acknowledged.</summary>
    public Task WhenMore(int writes)
    {
        long wanted = Acknowledged + writes;
        return Until($"{writes} more writes to be acknowledged", () => Acknowledged >= wanted);
    }

    /// <summary>An increment of each key that is sent from now on has been acknowledged: all shards take writes.</summary>
    public Task WhenAllAreWritten(string when)
    {
        long[] sent = [.. _counted.Select(k => k.Sent)];
        return Until($"each key to be written {when}", () => _counted.Zip(sent).All(k => k.First.LastAcknowledged > k.Second));
    }

    public void Stop()
    {
        _stop.Set();
        foreach (LoadThread thread in _threads) thread.Join();
    }

    /// <summary>Finds everything that was acknowledged, through one node, when the load is stopped.</summary>
    public async Task CheckThrough(SiloProcess node)
    {
        Assert.True(ReadCount > 0 && !_set.IsEmpty, "nothing was written or read");
        foreach (CountedKey[] keys in _counted.Chunk(KeysACheck))
        {
            string[] values = await Values(node, [.. keys.Select(k => k.Name)]);
            foreach ((CountedKey key, string value) in keys.Zip(values))
            {
                long count = value == "(nil)" ? 0 : long.Parse(value, CultureInfo.InvariantCulture);
                Assert.True(count >= key.Acknowledged && count <= key.Sent,
                    $"{key.Name} is {count} through {node.NodeId}: {key.Acknowledged} was acknowledged, {key.Sent} were sent");
            }
        }

        foreach (KeyValuePair<string, string>[] pairs in _set.Chunk(KeysACheck))
        {
            string[] values = await Values(node, [.. pairs.Select(p => p.Key)]);
            string[] lost = [.. pairs.Zip(values).Where(p => p.First.Value != p.Second).Select(p => $"{p.First.Key} is {p.Second}")];
            Assert.True(lost.Length == 0, $"{lost.Length} acknowledged keys are lost through {node.NodeId}: {string.Join(", ", lost)}");
        }
    }

    public void Dispose() => _stop.Set(); // its threads may still wait for an answer: they see it then

    private static async Task<string[]> Values(SiloProcess node, string[] keys)
    {
        string[] found = [];
        await Poll.UntilAsync($"{node.NodeId} to serve {keys.Length} keys", () =>
        {
            string reply = node.Call(["MGET", .. keys])!;
            if (reply[0] != '[') throw new InvalidDataException(reply);
            found = reply[1..^1].Split(", ");
            return found.Length == keys.Length;
        });
        return found;
    }

    private void Write(RespClient client, string prefix, CountedKey[] keys, int step)
    {
        CountedKey counted = keys[step % keys.Length];
        counted.Send();
        string reply = client.Call("INCR", counted.Name)!;
        if (reply[0] == ':') counted.Acknowledge(long.Parse(reply.AsSpan(1), CultureInfo.InvariantCulture));
        Count(reply[0] == ':', reply);

        string key = Text($"{prefix}{step}"), value = Text($"v{step}");
        reply = client.Call("SET", key, value)!;
        if (reply == "OK") _set[key] = value;
        Count(reply == "OK", reply);
    }

    private void Count(bool isAcknowledged, string reply)
    {
        if (isAcknowledged) Interlocked.Increment(ref _acknowledged);
        else _errors.Enqueue(reply);
    }

    private void Read(RespClient client, long[] seen, int at)
    {
        CountedKey key = _counted[at];
        long least = Math.Max(key.Acknowledged, seen[at]);
        string? reply = client.Call("GET", key.Name);
        if (reply is { Length: > 0 } && reply[0] == '-') return; // not served now
        long value = reply is null ? 0 : long.Parse(reply, CultureInfo.InvariantCulture);
        if (value < least) throw new InvalidDataException($"{key.Name}: {value} was read where {least} had been acknowledged or read");
        seen[at] = value;
        Interlocked.Increment(ref _read);
    }

    private async Task Until(string what, Func<bool> isTrue)
    {
        try
        {
            await Poll.UntilAsync(what, () => _threads.Exists(t => t.Failure is not null) || isTrue());
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message} {Acknowledged} are acknowledged; {_errors.Count} errors, the last: "
                + $"{_errors.LastOrDefault()}", late);
        }

        foreach (LoadThread thread in _threads.Where(t => t.Failure is not null)) thread.Join();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
