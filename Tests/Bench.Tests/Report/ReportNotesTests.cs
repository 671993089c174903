using OrleansKv.Bench.Load;
using OrleansKv.Bench.Report;

namespace OrleansKv.Bench.Tests.Report;

/// <summary>What makes a figure doubtful is said, and nothing is said of a figure that is not.</summary>
public sealed class ReportNotesTests
{
    private static readonly LoadOptions Closed = new();
    private static readonly LoadOptions Open = new() { Rate = 1000 };

    [Fact]
    public void Of_ARoundWithoutFault_SaysNothing() => Assert.Empty(Notes(Samples.Round(1000, 50), Closed));

    [Fact]
    public void Of_Misses_SaysTheirShareOfTheGets() =>
        Assert.Equal(["s: 20.0% of the GETs found nothing; --fill writes every key first."],
            Notes(Samples.Round(1000, 50, misses: 100), Closed));

    [Fact]
    public void Of_Errors_SaysHowManyAndWhich() =>
        Assert.Equal(["s: 2 error replies (0 more in the warm-up), such as: OOM </script> \"full\""],
            Notes(Samples.Round(1000, 50, errors: 2), Closed));

    [Fact]
    public void Of_ABusyGenerator_DoubtsAClosedLoopAlone()
    {
        LoadResult busy = Samples.Round(1000, 50, cpuSeconds: 1.99);
        Assert.Contains("the generator's threads were 100% busy", Assert.Single(Notes(busy, Closed)), StringComparison.Ordinal);
        Assert.Empty(Notes(busy, Open));
    }

    [Fact]
    public void Of_UnsentRequests_SaysThatTheRateWasNotKept()
    {
        Assert.Contains("7 requests were due but never sent", Assert.Single(Notes(Samples.Round(1000, 50, unsent: 7), Open)),
            StringComparison.Ordinal);
        Assert.Empty(Notes(Samples.Round(1000, 50, unsent: 1), Open));
    }

    private static string[] Notes(LoadResult round, LoadOptions options) => [.. ReportNotes.Of(Samples.Server("s", round), options)];
}
