using Orleans.Storage;
using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Storage;

/// <summary>Many grains at once, many activations of one grain, and random operations against a dictionary.</summary>
public sealed class ConcurrencyTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private StorageHost _host = null!;

    private IGrainStorage Storage => _host["journal"];

    public async Task InitializeAsync() => _host = await StorageHost.StartAsync(_folder.Path);

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ManyGrains_InParallel_EachKeepTheirOwn()
    {
        Cell[] cells = [.. Enumerable.Range(0, 300).Select(i => new Cell(Storage, $"g{i}"))];
        await Parallel.ForEachAsync(cells.Index(), async (one, _) =>
        {
            for (int round = 0; round < 10; round++)
            {
                await one.Item.WriteAsync($"{one.Index}-{round}");
                Cell again = await one.Item.AgainAsync();
                Assert.Equal($"{one.Index}-{round}", again.Text);
                Assert.Equal(one.Item.Tag, again.Tag);
            }
        });
        foreach ((int i, Cell cell) in cells.Index()) Assert.Equal($"{i}-9", (await cell.AgainAsync()).Text);
    }

    [Fact]
    public async Task ManyActivations_OfOneGrain_WriteOneAfterTheOtherOrNotAtAll()
    {
        const int Rounds = 20, Writers = 16;
        var first = new Cell(Storage, "a");
        await first.WriteAsync("start");
        for (int round = 0; round < Rounds; round++)
        {
            Cell[] writers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => first.AgainAsync()));
            bool[] wrote = await Task.WhenAll(writers.Select((w, i) => Task.Run(async () =>
            {
                try
                {
                    await w.WriteAsync($"{round}-{i}");
                    return true;
                }
                catch (InconsistentStateException)
                {
                    return false;
                }
            })));
            int winner = Assert.Single(Enumerable.Range(0, Writers), i => wrote[i]);
            Assert.Equal($"{round}-{winner}", (await first.AgainAsync()).Text);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20260801)]
    [InlineData(0)]
    public async Task RandomOperations_AgreeWithADictionary_AlsoAfterReopening(int seed)
    {
        if (seed == 0) seed = Random.Shared.Next();
        var random = new Random(seed);
        var model = new Dictionary<string, (string Text, string Tag)>();
        for (int step = 0; step < 1_000; step++)
        {
            if (step % 200 == 199)
            {
                await _host.DisposeAsync();
                _host = await StorageHost.StartAsync(_folder.Path);
            }

            string key = $"k{random.Next(8)}";
            bool isThere = model.TryGetValue(key, out (string Text, string Tag) stored);
            bool isRight = random.Next(4) > 0;
            var cell = new Cell(Storage, key) { Tag = isRight ? (isThere ? stored.Tag : null)
                : random.Next(3) switch { 0 => null, 1 => "1", _ => $"{random.Next(1, 8)}:{random.Next(1, step + 2)}" } };
            bool matches = cell.Tag == (isThere ? stored.Tag : null);
            string at = $"seed {seed}, step {step}, {key}";
            int what = random.Next(5);
            if (what == 0)
            {
                await cell.ReadAsync();
                Assert.True(isThere == cell.State.RecordExists && cell.Text == (isThere ? stored.Text : null)
                    && cell.Tag == (isThere ? stored.Tag : null), at);
                continue;
            }

            Exception? refused = await Record.ExceptionAsync(() => what == 1 ? cell.ClearAsync() : cell.WriteAsync($"v{step}"));
            Assert.True(matches ? refused is null : refused is InconsistentStateException, $"{at}: {refused}");
            if (!matches) continue;
            if (what == 1) model.Remove(key);
            else model[key] = ($"v{step}", cell.Tag!);
        }
    }
}
