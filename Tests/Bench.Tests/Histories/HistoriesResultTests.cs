using OrleansKv.Bench.Histories;
using OrleansKv.Bench.Histories.Faults;
using OrleansKv.Bench.Histories.Report;
using OrleansKv.Bench.Histories.Traffic;
using OrleansKv.Bench.Histories.Validation;

namespace OrleansKv.Bench.Tests.Histories;

/// <summary>The verdict on a whole run, and what the reports say of it.</summary>
public sealed class HistoriesResultTests
{
    private static readonly TrafficKey Key = new("append:0:0", KeyKind.Append, 0);

    [Fact]
    public void ExitCode_OfEnoughWithoutViolation_IsZero() => Assert.Equal(0, Result(operations: 10, faults: 3).ExitCode);

    [Fact]
    public void ExitCode_OfTooFewOperations_IsThree() => Assert.Equal(3, Result(operations: 4, faults: 3).ExitCode);

    [Fact]
    public void ExitCode_OfTooFewFaults_IsThree_UnlessNoneWereAskedFor()
    {
        Assert.Equal(3, Result(operations: 10, faults: 2).ExitCode);
        HistoriesResult none = Result(operations: 10, faults: 0);
        Assert.Equal(0, (none with { Options = none.Options with { Fault = FaultChoice.None } }).ExitCode);
    }

    [Fact]
    public void ExitCode_OfAViolation_IsOne_HoweverLittleWasDone()
    {
        HistoriesResult result = Result(operations: 4, faults: 0) with { Problems = ["append:0:0: 1 acknowledged tokens are lost: a;"] };
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("tokens are lost: a;", HistoriesText.Of(result), StringComparison.Ordinal);
        Assert.Contains("tokens are lost: a;", HistoriesPage.Of(result), StringComparison.Ordinal);
    }

    [Fact]
    public void NotLinearizable_NamesTheFirstContradiction()
    {
        HistoriesResult result = Result(operations: 10, faults: 3);
        RecordedOperation[] operations = [.. result.Operations, Recorded(9.5, new KeyOperation(KeyAction.Read, null, "0;"))];
        var history = KeyHistory.Of(Key, operations);
        result = result with { Operations = operations, Keys = [KeyVerdict.Of(history)] };
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Read: 0;", HistoriesText.Of(result), StringComparison.Ordinal);
    }

    [Fact]
    public void History_LeavesOutWhatWasNotDone_AndKeepsUnknownWritesOpen()
    {
        var read = new KeyOperation(KeyAction.Read, null, "x");
        RecordedOperation write = Recorded(1, new KeyOperation(KeyAction.Append, "a;", null));
        var history = KeyHistory.Of(Key,
        [
            write with { Outcome = OperationOutcome.NotDone },
            Recorded(2, read) with { Outcome = OperationOutcome.Unknown },
            write with { Outcome = OperationOutcome.Unknown },
        ]);
        var open = Assert.Single(history.Operations);
        Assert.Equal(TimeSpan.MaxValue, open.Returned);
        Assert.False(open.Operation.IsKnown);
    }

    [Fact]
    public void Gaps_AreThoseOfTheKeyThatWaitedLongest()
    {
        Fault[] faults = [new(FaultKind.Kill, "node1", Seconds(3), Seconds(3), Seconds(4))];
        RecordedOperation[] operations =
        [
            .. new[] { 1.0, 2, 3.5, 4, 5, 6 }.Select(at => Recorded(at, new KeyOperation(KeyAction.Read, null, null))),
            .. new[] { 1.0, 2, 5.5, 6 }.Select(at => Recorded(at, new KeyOperation(KeyAction.Read, null, null)) with
            {
                Key = Key with { Place = 1 },
            }),
        ];
        Assert.Equal(2.501, Assert.Single(ServiceGaps.Of(faults, operations, Seconds(6))), 3);
        Assert.Equal(1.001, ServiceGaps.Before(faults, operations, Seconds(6)), 3);
    }

    private static HistoriesResult Result(int operations, int faults)
    {
        RecordedOperation[] recorded =
        [
            .. Enumerable.Range(0, operations).Select(i => Recorded(
                i, new KeyOperation(KeyAction.Append, $"{i};", HistoryBuilder.Text((i + 1) * 2)))),
        ];
        return new HistoriesResult
        {
            Options = new HistoriesOptions { Operations = 10 },
            StartedAt = DateTimeOffset.UnixEpoch,
            Duration = Seconds(10),
            Operations = recorded,
            Faults = [.. Enumerable.Range(0, faults).Select(i => new Fault(FaultKind.Kill, "node1", Seconds(i), Seconds(i), Seconds(i)))],
            Ends = [new NodeEnd("node2", Seconds(1), 1, MayBeDeclaredDead: true)],
            Keys = [KeyVerdict.Of(KeyHistory.Of(Key, recorded))],
            Problems = [],
        };
    }

    private static RecordedOperation Recorded(double at, KeyOperation operation) =>
        new(Key, 0, Seconds(at), Seconds(at + 0.001), OperationOutcome.Done, operation, null);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
