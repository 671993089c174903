using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Tests.Load;

/// <summary>
/// What is drawn with fixed seeds. The draws are the same on every machine; the bounds are five standard deviations of
/// what an honest die would give, so a wrong share cannot hide and a change of the generator is not a failure.
/// </summary>
public sealed class RequestSourceTests
{
    private const int Draws = 200_000;

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(1.0)]
    public void Next_ReadsWithTheReadRatio(double ratio)
    {
        int reads = Draw(new LoadOptions { ReadRatio = ratio, Seed = 5 }).Count(d => d.Read);
        AssertShare(ratio, reads);
    }

    [Theory]
    [InlineData((int)CommandMix.Set, 0)]
    [InlineData((int)CommandMix.Get, Draws)]
    public void Next_OfOneCommand_IgnoresTheReadRatio(int mix, int reads) =>
        Assert.Equal(reads, Draw(new LoadOptions { Mix = (CommandMix)mix, ReadRatio = 0.5 }).Count(d => d.Read));

    [Fact]
    public void Next_WithKeyNumbers_DrawsThoseAlone_AndFillsEachOnce()
    {
        int[] numbers = [3, 40, 41, 700];
        var options = new LoadOptions { Keys = numbers.Length, KeyNumbers = numbers };
        Assert.Equal(701, options.KeySpace);
        Assert.Equal(numbers, Draw(options).Select(d => (int)d.Key).Distinct().Order());
        var fill = new RequestSource(options, worker: 0, sequential: true);
        fill.BeginRange(1);
        Assert.False(fill.Next(out long first));
        Assert.False(fill.Next(out long second));
        Assert.Equal([40, 41], new[] { first, second });
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.01)]
    public void Next_WithAHotspot_GivesItFourFifths_AndTheOthersTheRest(double hotspot)
    {
        const int Keys = 1000;
        int hotKeys = (int)(hotspot * Keys);
        (long Key, bool Read)[] drawn = Draw(new LoadOptions { Keys = Keys, Hotspot = hotspot, ReadRatio = 0.3, Seed = 9 });
        (long Key, bool Read)[] hot = [.. drawn.Where(d => d.Key < hotKeys)];
        AssertShare(0.8, hot.Length);
        AssertEven(hot.Select(d => d.Key), 0, hotKeys);
        AssertEven(drawn.Where(d => d.Key >= hotKeys).Select(d => d.Key), hotKeys, Keys);
        // Hot or cold, the share of reads is the same.
        AssertShare(0.3, hot.Count(d => d.Read), hot.Length);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void Next_WithoutAHotspot_DrawsEveryKeyAlike(double hotspot) =>
        AssertEven(Draw(new LoadOptions { Keys = 500, Hotspot = hotspot, Seed = 3 }).Select(d => d.Key), 0, 500);

    [Fact]
    public void Next_OfOneKey_DrawsIt() => Assert.All(Draw(new LoadOptions { Keys = 1, Hotspot = 0.5 }), d => Assert.Equal(0, d.Key));

    [Fact]
    public void Next_WithTheSameSeed_IsTheSame_AndWithAnotherSeedOrWorkerIsNot()
    {
        var options = new LoadOptions { Seed = 77 };
        (long, bool)[] first = Draw(options);
        Assert.Equal(first, Draw(options));
        Assert.NotEqual(first, Draw(options with { Seed = 78 }));
        Assert.NotEqual(first, Draw(options, worker: 1));
    }

    [Fact]
    public void Next_ManyKeys_StayInTheKeySpaceUpToItsEnd()
    {
        const long Keys = 1_000_000_000;
        (long Key, bool Read)[] drawn = Draw(new LoadOptions { Keys = Keys, Hotspot = 0.3 });
        Assert.All(drawn, d => Assert.InRange(d.Key, 0, Keys - 1));
        Assert.True(drawn.Max(d => d.Key) > Keys * 0.999);
    }

    [Fact]
    public void Sequential_SetsTheRangeThatItIsGiven()
    {
        var source = new RequestSource(new LoadOptions { Keys = 100 }, worker: 0, sequential: true);
        var keys = new List<long>();
        foreach (long from in new[] { 0L, 40 })
        {
            source.BeginRange(from);
            for (int i = 0; i < 3; i++)
            {
                Assert.False(source.Next(out long key));
                keys.Add(key);
            }
        }

        Assert.Equal([0, 1, 2, 40, 41, 42], keys);
    }

    private static (long Key, bool Read)[] Draw(LoadOptions options, int worker = 0)
    {
        var source = new RequestSource(options, worker, sequential: false);
        var drawn = new (long, bool)[Draws];
        for (int i = 0; i < drawn.Length; i++)
        {
            bool read = source.Next(out long key);
            drawn[i] = (key, read);
        }

        return drawn;
    }

    private static void AssertShare(double expected, int count, int of = Draws)
    {
        double tolerance = 5 * Math.Sqrt(expected * (1 - expected) * of);
        Assert.InRange(count, (expected * of) - tolerance, (expected * of) + tolerance);
    }

    private static void AssertEven(IEnumerable<long> keys, int from, int to)
    {
        var counts = new int[to - from];
        int all = 0;
        foreach (long key in keys)
        {
            counts[key - from]++;
            all++;
        }

        Assert.All(counts, c => AssertShare(1.0 / counts.Length, c, all));
    }
}
