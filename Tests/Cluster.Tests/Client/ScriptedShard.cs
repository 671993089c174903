using System.Collections.Concurrent;
using Orleans.Runtime;
using OrleansKv.Engine.Batches;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Store;
using OrleansKv.Grains;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;

namespace OrleansKv.Cluster.Tests.Client;

/// <summary>A shard that answers when the test says so, and with what it says. It runs batches on a store of its own.</summary>
internal sealed class ScriptedShard : IShardGrain
{
    private readonly BatchRunner _runner =
        new(new CommandRunner(NodeStore.InMemory(new StoreOptions { ShardCount = 1, RunHousekeeper = false })));
    private readonly ConcurrentQueue<Func<ShardReply>> _script = new();
    private readonly SemaphoreSlim _calls = new(0);
    private readonly SemaphoreSlim _answers = new(0);
    private int _atOnce;

    /// <summary>Items of each call so far.</summary>
    public ConcurrentQueue<int> Sizes { get; } = new();

    /// <summary>Most calls that were away at one time.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Of the last call: what its sender's request context had under "caller".</summary>
    public object? Caller { get; private set; }

    /// <summary>Whether calls wait for <see cref="Answer"/>.</summary>
    public bool Holds { get; set; }

    /// <summary>What the shard says of its map.</summary>
    public long MapVersion { get; set; } = 1;

    /// <summary>Batches that were routed by an older map are told so.</summary>
    public long OldestMap { get; set; }

    /// <summary>The next call is answered with this instead of being run; it may throw.</summary>
    public void Next(Func<ShardReply> answer) => _script.Enqueue(answer);

    /// <summary>Waits until one more call has come.</summary>
    public async Task CalledAsync() => Assert.True(await _calls.WaitAsync(TimeSpan.FromSeconds(60)), "no call has come in 60 s");

    /// <summary>Lets one call go.</summary>
    public void Answer() => _answers.Release();

    public async ValueTask<ShardReply> Run(ShardBatch batch)
    {
        Caller = RequestContext.Get("caller");
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _atOnce));
        try
        {
            await Task.Yield();
            _calls.Release();
            if (Holds) await _answers.WaitAsync();
            if (_script.TryDequeue(out Func<ShardReply>? answer)) return answer();
            if (batch.MapVersion < OldestMap) return ShardReply.Of(ShardStatus.Moved, MapVersion);
            BatchReply? reply;
            string? problem;
            lock (_runner) reply = _runner.Run(new ShardId(0), batch.Bytes, out problem);
            if (reply is null) return ShardReply.Of(ShardStatus.Refused, MapVersion, problem);
            Sizes.Enqueue(reply.Count);
            return new ShardReply(ShardStatus.Done, reply, MapVersion, null);
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
    }

    public ValueTask Wake() => ValueTask.CompletedTask;

    public ValueTask<bool> MoveTo(string nodeId) => new(true);
}
