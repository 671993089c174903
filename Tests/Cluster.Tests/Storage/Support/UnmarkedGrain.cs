using Orleans.Runtime;

namespace OrleansKv.Cluster.Tests.Storage.Support;

public sealed class UnmarkedGrain([PersistentState("unmarked", "journal")] IPersistentState<UnreadableStates.Unmarked> state) : Grain, IUnmarkedGrain
{
    public Task Write(string text)
    {
        state.State.Text = text;
        state.State.Parts.Add(new UnreadableStates.Unmarked { Text = text });
        return state.WriteStateAsync();
    }

    public async Task<string?> Read()
    {
        await state.ReadStateAsync();
        return state.State.Text;
    }
}
