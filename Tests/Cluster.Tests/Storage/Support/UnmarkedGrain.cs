using Microsoft.AspNetCore.Mvc;
using Orleans.Runtime;

namespace OrleansKv.Cluster.Tests.Storage.Support;

/// <summary>
/// A type of ASP.NET stands for an application's that is not marked: Orleans' serializer for JSON writes its name, and does not make it
/// from that name. Types of this assembly would not do: it makes all of assemblies that have "Orleans" in their name.
/// </summary>
public sealed class UnmarkedGrain([PersistentState("unmarked", "journal")] IPersistentState<ProblemDetails> state) : Grain, IUnmarkedGrain
{
    public Task Write(string text)
    {
        state.State.Title = text;
        return state.WriteStateAsync();
    }

    public async Task<string?> Read()
    {
        await state.ReadStateAsync();
        return state.State.Title;
    }
}
