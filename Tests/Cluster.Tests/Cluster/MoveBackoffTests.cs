using Microsoft.Extensions.Time.Testing;
using OrleansKv.Grains.Map;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Cluster;

public sealed class MoveBackoffTests
{
    [Fact]
    public void Failures_DoubleTheWait_UpToAMinute_AndSuccessForgetsThem()
    {
        FakeTimeProvider time = TestTime.New();
        var backoff = new MoveBackoff(time);
        Assert.True(backoff.MayTry(1));
        foreach (int seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), backoff.Failed(1));
            time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.False(backoff.MayTry(1));
            Assert.True(backoff.MayTry(2)); // each shard for itself
            time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(backoff.MayTry(1));
        }

        backoff.Succeeded(1);
        Assert.Equal(TimeSpan.FromSeconds(1), backoff.Failed(1));
    }
}
