using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Properties;

public sealed class KeyTablePropertyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)] // all keys in one slot: its index grows, shrinks and overflows
    public void AnySteps_OnAKeyTable_ShowWhatADictionaryShows_AndEvictInLruOrder(bool sharedTag) =>
        PropertyCheck.Run(TableStep.Lists, steps =>
    {
        using var run = new TableRun(sharedTag);
        foreach (TableStep step in steps) run.Do(step);
        run.Finish();
    });
}
