using System.Diagnostics;
using OrleansKv.Tests.Support;
using Xunit.Abstractions;

namespace OrleansKv.Silo.Tests.Support;

/// <summary>Keys of a node that was killed or hangs.</summary>
internal static class DownKeys
{
    /// <summary>
    /// Time in which they must be said to be down, ms: 1 to 4 s on a quiet machine, three times that on one whose two cores are held by
    /// others, and 14 s with Orleans' own limits.
    /// </summary>
    private const int BoundMs = 12_000;

    /// <summary>Waits until the living nodes say CLUSTERDOWN for its keys.</summary>
    public static async Task Await(SiloProcess victim, string[] keys, IReadOnlyList<SiloProcess> living, ITestOutputHelper output)
    {
        long killed = Stopwatch.GetTimestamp();
        foreach (SiloProcess node in living)
        {
            foreach (string key in keys)
            {
                await Poll.UntilAsync($"{node.NodeId} to answer CLUSTERDOWN for a key of {victim.NodeId}",
                    () => node.Call("GET", key) is { } reply && reply.StartsWith("-CLUSTERDOWN", StringComparison.Ordinal));
            }

            double down = Stopwatch.GetElapsedTime(killed).TotalMilliseconds;
            output.WriteLine($"{node.NodeId} answered CLUSTERDOWN after {down:F0} ms");
            Assert.True(down < BoundMs, $"{node.NodeId} took {down:F0} ms to answer CLUSTERDOWN");
        }
    }
}
