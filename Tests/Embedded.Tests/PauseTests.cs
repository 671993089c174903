using System.Diagnostics;
using OrleansKv.Tests.Support;

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
        long started = Stopwatch.GetTimestamp();
        // In one packet: on a busy machine the key could fall due between the two.
        client.SendRaw([.. RespClient.Encode("SET", "mortal", "x", "PX", "300"),
            .. RespClient.Encode("CLIENT", "PAUSE", $"{PauseMs}", "WRITE")]);
        Assert.Equal("OK", client.Read());
        Assert.Equal("OK", client.Read());
        while (client.Call("DBSIZE") != ":0")
        {
            // until housekeeping has removed it
        }

        Assert.True(Stopwatch.GetElapsedTime(started).TotalMilliseconds >= PauseMs - 1);
    }
}
