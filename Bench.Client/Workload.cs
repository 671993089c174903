using OrleansKv.Client;

namespace OrleansKv.Bench.Client;

/// <summary>Callers that do the same over and over until they are stopped; each checks its results.</summary>
internal sealed class Workload(IKeyValueStore store, BenchOptions options, byte[][] keys)
{
    private readonly byte[] _value = [.. Enumerable.Range(0, options.ValueBytes).Select(i => (byte)i)];

    public async Task<long> GetOneByOneAsync(int caller, CancellationToken stop)
    {
        long done = 0;
        for (int at = Start(caller); !stop.IsCancellationRequested; done++)
        {
            ReadOnlyMemory<byte>? found = await store.GetAsync(Key(ref at));
            Check(found is { } bytes && bytes.Length == _value.Length);
        }

        return done;
    }

    public Task<long> GetAsync(int caller, CancellationToken stop) => BatchesAsync(caller, sets: false, gets: true, stop);

    public Task<long> SetAsync(int caller, CancellationToken stop) => BatchesAsync(caller, sets: true, gets: false, stop);

    /// <summary>By turns.</summary>
    public Task<long> BothAsync(int caller, CancellationToken stop) => BatchesAsync(caller, sets: true, gets: true, stop);

    private async Task<long> BatchesAsync(int caller, bool sets, bool gets, CancellationToken stop)
    {
        var found = new BatchResult<ReadOnlyMemory<byte>?>[options.Batch];
        var set = new BatchResult<bool>[options.Batch];
        long done = 0;
        for (int at = Start(caller); !stop.IsCancellationRequested; done += options.Batch)
        {
            using KeyValueBatch batch = store.CreateBatch();
            for (int i = 0; i < options.Batch; i++)
            {
                if (sets && (!gets || i % 2 == 0)) set[i] = batch.Set(Key(ref at), _value.AsMemory());
                else found[i] = batch.Get(Key(ref at));
            }

            await batch.ExecuteAsync();
            for (int i = 0; i < options.Batch; i++)
            {
                if (sets && (!gets || i % 2 == 0)) Check(set[i].Value);
                else Check(found[i].Value is { } bytes && bytes.Length == _value.Length);
            }
        }

        return done;
    }

    private int Start(int caller) => (int)((uint)caller * 7919u % (uint)keys.Length);

    // A walk with a large odd step visits keys in no order that a cache could guess.
    private byte[] Key(ref int at)
    {
        at = (int)((at + 611_953L) % keys.Length);
        return keys[at];
    }

    private static void Check(bool isRight)
    {
        if (!isRight) throw new InvalidOperationException("an operation has given a wrong result");
    }
}
