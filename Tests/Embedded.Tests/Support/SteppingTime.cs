namespace OrleansKv.Embedded.Tests.Support;

/// <summary>
/// A clock that a test moves, and that moves on by itself with every look at it when it is told to: two looks in one moment show.
/// </summary>
internal sealed class SteppingTime : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    /// <summary>Time that passes before each look, ms.</summary>
    public int StepMs { get; set; }

    public override DateTimeOffset GetUtcNow() => _now = _now.AddMilliseconds(StepMs);

    public void Advance(int ms) => _now = _now.AddMilliseconds(ms);
}
