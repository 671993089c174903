using Microsoft.Extensions.Time.Testing;

namespace OrleansKv.Tests.Support;

/// <summary>The clock of tests: it stands still until a test moves it.</summary>
public static class TestTime
{
    /// <summary>Where it begins, ms since 1970.</summary>
    public const long StartMs = 1_700_000_000_000;

    public static FakeTimeProvider New() => new(DateTimeOffset.FromUnixTimeMilliseconds(StartMs));

    public static void Advance(this FakeTimeProvider time, long ms) => time.Advance(TimeSpan.FromMilliseconds(ms));

    public static long NowMs(this FakeTimeProvider time)
    {
        (TimeSpan step, time.AutoAdvanceAmount) = (time.AutoAdvanceAmount, TimeSpan.Zero); // this look does not count
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        time.AutoAdvanceAmount = step;
        return now;
    }
}
