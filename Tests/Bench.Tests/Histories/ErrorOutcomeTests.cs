using OrleansKv.Bench.Histories.Traffic;

namespace OrleansKv.Bench.Tests.Histories;

/// <summary>What the errors of a silo say of the command that they answer.</summary>
public sealed class ErrorOutcomeTests
{
    [Theory]
    [InlineData("CLUSTERDOWN Hash slot not served")]
    [InlineData("CLUSTERDOWN The cluster is down: this node has not joined it yet")]
    [InlineData("TRYAGAIN the shard is on its way to another node; try again later")]
    [InlineData("MISCONF the journal cannot be written: No space left on device")]
    [InlineData("LOADING the dataset is loaded")]
    [InlineData("BUSY the shard's queue in this gateway is full (64 MiB); slow down and try again")]
    [InlineData("EXECABORT Transaction discarded because of: CLUSTERDOWN Hash slot not served")]
    public void Of_RefusalBeforeItRan_IsNotDone(string error) => Assert.Equal(OperationOutcome.NotDone, ErrorOutcome.Of(error));

    [Theory]
    [InlineData("NOREPLICAS Not enough good replicas to write: whether the command ran is not known")]
    [InlineData("MISCONF the journal could not be written: the outcome of these commands is unknown; see the server's log")]
    [InlineData("ERR node node2 does not answer: whether the command ran is not known")]
    [InlineData("ERR something that nobody has thought of")]
    [InlineData("NOREPLICAS Not enough good replicas to write.")]
    [InlineData("")]
    public void Of_AnythingElse_IsUnknown(string error) => Assert.Equal(OperationOutcome.Unknown, ErrorOutcome.Of(error));
}
