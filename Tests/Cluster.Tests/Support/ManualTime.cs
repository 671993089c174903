namespace OrleansKv.Cluster.Tests.Support;

/// <summary>A clock that stands still until a test moves it. Any thread.</summary>
public sealed class ManualTime : TimeProvider
{
    private long _nowMs = 1_700_000_000_000;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Volatile.Read(ref _nowMs));

    public void Advance(TimeSpan time) => Interlocked.Add(ref _nowMs, (long)time.TotalMilliseconds);
}
