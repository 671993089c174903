using OrleansKv.Client;
using Xunit.Abstractions;

namespace OrleansKv.Cluster.Tests.Client;

/// <summary>Operations that are cancelled at random moments beside others that are not: no caller gets another's result.</summary>
[Collection(ClientCollection.Name)]
public sealed class CancellationStressTests(SharedClusters clusters, ITestOutputHelper output)
{
    [Fact]
    public async Task CancelledOperations_DisturbNoOthers()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        IKeyValueStore store = clusters.StoreOf(1);
        int[] cancelled = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(caller => Task.Run(() => RunAsync(store, caller, new Random(seed + caller)))));
        output.WriteLine($"{cancelled.Sum()} were cancelled");
    }

    private static async Task<int> RunAsync(IKeyValueStore store, int caller, Random random)
    {
        int cancelled = 0;
        long last = 0;
        for (int i = 0; i < 300; i++)
        {
            using var cancel = new CancellationTokenSource();
            using KeyValueBatch batch = store.CreateBatch();
            BatchResult<long> sum = batch.Increment($"stress:n{caller}");
            BatchResult<bool> set = batch.Set($"stress:v{caller}", $"{caller}/{i}");
            BatchResult<string?> got = batch.Get<string>($"stress:v{caller}");
            Task run = batch.ExecuteAsync(cancel.Token).AsTask();
            if (random.Next(3) == 0) await cancel.CancelAsync();
            else if (random.Next(3) == 0) cancel.CancelAfter(TimeSpan.FromMicroseconds(random.Next(300)));
            try
            {
                await run;
                Assert.InRange(sum.Value, last + 1, i + 1);
                Assert.True(set.Value);
                Assert.Equal($"{caller}/{i}", got.Value);
                last = sum.Value;
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }
        }

        return cancelled;
    }
}
