using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Support;

/// <summary>How a node ends by itself: with code 1, on which a supervisor starts it again, and one sentence; never a stack trace.</summary>
internal static class LastWords
{
    /// <summary>Waits for its end.</summary>
    public static void AreOneSentence(SiloProcess node, string about)
    {
        int code = node.WaitForExit();
        Assert.True(code == 1, $"exit code {code}:\n{node.Printed}");
        string last = Assert.Single(
            node.Printed.Split('\n'), l => l.Contains($" error: Node {node.NodeId} ends: ", StringComparison.Ordinal));
        Assert.Contains(about, last, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", node.Printed, StringComparison.Ordinal);
    }
}
