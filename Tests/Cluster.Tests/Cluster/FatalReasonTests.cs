using OrleansKv.Silo.Hosting;

namespace OrleansKv.Cluster.Tests.Cluster;

/// <summary>The sentence with which a node ends that Orleans ends: what happened, and what to do.</summary>
public sealed class FatalReasonTests
{
    private const string Dead = "I have been told I am dead, so this silo will stop! Reason: The membership view classifies this silo as "
        + "Dead (in Refresh). Membership: [...].";
    private const string Newer = "I have been told I am dead, so this silo will stop! Reason: Detected newer version of myself - I am "
        + "the older clone so I will stop -- Current Me=...";
    private const string Bug = "I have been told I am dead, so this silo will stop! Reason: Found a bug! Will stop.";

    [Theory]
    [InlineData(Dead, "declared it dead")]
    [InlineData(Newer, "at its address, 10.0.0.7:11111. Give each node its own")]
    [InlineData(Bug, "Found a bug! Will stop)")]
    [InlineData("ProcessMembershipUpdates", "in SomePart (a\nb)")]
    public void Of_EachCause_SaysWhatHappenedAndWhatToDo(string context, string expected)
    {
        Exception? failure = context == "ProcessMembershipUpdates"
            ? new InvalidOperationException("outer", new IOException("a\nb."))
            : null;
        string sentence = FatalReason.Of("node7", "10.0.0.7:11111", "SomePart", context, failure);
        Assert.StartsWith("Node node7 ends: ", sentence, StringComparison.Ordinal);
        Assert.Contains(expected.Replace('\n', ' '), sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', sentence);
        Assert.True(sentence.Contains("Start it again", StringComparison.Ordinal)
            || sentence.Contains("Give each node", StringComparison.Ordinal), sentence);
    }
}
