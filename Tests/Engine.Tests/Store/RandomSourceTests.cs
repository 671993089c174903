using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Store;

public sealed class RandomSourceTests
{
    [Fact]
    public void Next_OfSeedZero_IsSplitMix64()
    {
        // The first numbers of the reference code, also in Java's SplittableRandom(0).
        var random = new RandomSource(0);
        Assert.Equal([0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F], Enumerable.Range(0, 3).Select(_ => random.Next()));
    }

    [Fact]
    public void Below_OfFive_ShowsEachAboutEquallyOften()
    {
        var random = new RandomSource(7);
        int[] counts = [.. Enumerable.Range(0, 10_000).Select(_ => random.Below(5)).CountBy(n => n).OrderBy(c => c.Key)
            .Select(c => c.Value)];
        Assert.Equal(5, counts.Length);
        Assert.All(counts, count => Assert.InRange(count, 1_800, 2_200));
    }

    [Fact]
    public void Below_OfNothing_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new RandomSource(1).Below(0));

    [Fact]
    public void RandomSeed_OfTwoOptions_Differs() => Assert.NotEqual(new StoreOptions().RandomSeed, new StoreOptions().RandomSeed);

    [Fact]
    public void RandomKey_OfTwoHosts_IsTheSame()
    {
        Assert.Equal(Shown(), Shown());

        static string[] Shown()
        {
            using var host = new CommandHost();
            for (int i = 0; i < 300; i++) host.Do($"set key{i} v");
            return [.. Enumerable.Range(0, 100).Select(_ => host.Do("randomkey"))];
        }
    }
}
