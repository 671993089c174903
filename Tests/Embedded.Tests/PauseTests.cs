using System.Diagnostics;
using OrleansKv.Embedded.Tests.Support;

namespace OrleansKv.Embedded.Tests;

/// <summary>CLIENT PAUSE in a running server.</summary>
public sealed class PauseTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_KeyThatFallsDue_IsRemovedWhenThePauseIsOver()
    {
        const int PauseMs = 1_000;
        using ServerProcess server = ServerProcess.Start(_folder.File("data"));
        using RespClient client = server.Connect();
        Assert.Equal("OK", client.Call("SET", "mortal", "x", "PX", "300"));
        long started = Stopwatch.GetTimestamp();
        Assert.Equal("OK", client.Call("CLIENT", "PAUSE", $"{PauseMs}", "WRITE"));
        while (client.Call("DBSIZE") != ":0")
        {
            // until housekeeping has removed it
        }

        Assert.True(Stopwatch.GetElapsedTime(started).TotalMilliseconds >= PauseMs - 1);
    }
}
