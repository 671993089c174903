using Orleans.Runtime;
using OrleansKv.Grains.Storage;

namespace OrleansKv.Cluster.Tests.Storage;

public sealed class GrainStateKeyTests
{
    [Fact]
    public void Of_EverySplitOfTheSameLetters_GivesAnotherKey()
    {
        const string Letters = "aaaaa";
        var keys = new HashSet<string>();
        int count = 0;
        for (int i = 0; i <= Letters.Length; i++)
        {
            for (int j = i; j <= Letters.Length; j++)
            {
                for (int k = j + 1; k < Letters.Length; k++, count++) // Orleans has neither empty types nor empty keys
                    keys.Add(Convert.ToHexString(
                        GrainStateKey.Of(Letters[..i], Letters[i..j], GrainId.Create(Letters[j..k], Letters[k..]))));
            }
        }

        Assert.True(count > 10);
        Assert.Equal(count, keys.Count);
    }

    [Fact]
    public void Of_IsAsDocumented() =>
        Assert.Equal(
            [(byte)'G', 1, 0, (byte)'p', 2, 0, 0xC3, 0xBC, 1, 0, (byte)'t', (byte)'k'],
            GrainStateKey.Of("p", "\u00fc", GrainId.Create("t", "k")));

    [Fact]
    public void Of_NamesThatDoNotFit_AreRefused()
    {
        GrainId largest = GrainId.Create("t", new string('k', GrainStateKey.MaxBytes - 1 - 2 - 1 - 2 - 1 - 2 - 1));
        Assert.Equal(GrainStateKey.MaxBytes, GrainStateKey.Of("p", "s", largest).Length);
        Assert.Throws<ArgumentException>(() => GrainStateKey.Of("pp", "s", largest));
    }
}
