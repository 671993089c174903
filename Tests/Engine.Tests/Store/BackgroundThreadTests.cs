using OrleansKv.Engine.Store;

namespace OrleansKv.Engine.Tests.Store;

public sealed class BackgroundThreadTests
{
    /// <summary>An exception that nobody expected ended the process.</summary>
    [Fact]
    public void TurnThatThrows_IsReported_AndTheNextIsTaken()
    {
        var faults = new List<(string Where, string What)>();
        using var nextTurn = new ManualResetEventSlim();
        int turns = 0;
        using var thread = new BackgroundThread("worker", Turn, (where, failure) => faults.Add((where, failure.Message)));
        thread.Start();
        Assert.True(nextTurn.Wait(TimeSpan.FromSeconds(30)), "no turn after the one that threw");
        Assert.Equal([("worker", "on purpose")], faults);

        int Turn()
        {
            if (turns++ == 0) throw new InvalidOperationException("on purpose");
            nextTurn.Set();
            return 1_000;
        }
    }
}
