using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Properties;

public sealed class StorePropertyTests
{
    [Fact]
    public void AnySteps_OnAStore_ShowWhatADictionaryShows() => PropertyCheck.Run(StoreStep.Lists, steps =>
    {
        using var model = new StoreModel();
        foreach (StoreStep step in steps) model.Do(step);
        model.CheckAll();
    });
}
