using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansKv.Cluster.Tests.Storage.Support;

/// <summary>One state of one grain, as an activation holds it.</summary>
internal sealed class Cell(IGrainStorage storage, GrainId grain, string stateName = "state")
{
    public Cell(IGrainStorage storage, string key, string stateName = "state")
        : this(storage, GrainId.Create("test", key), stateName)
    {
    }

    public GrainState<TestState> State { get; } = new(new TestState());

    public string? Tag
    {
        get => State.ETag;
        set => State.ETag = value;
    }

    public string? Text => State.State!.Text;

    public Task ReadAsync() => storage.ReadStateAsync(stateName, grain, State);

    public Task WriteAsync(string? text)
    {
        State.State = new TestState { Text = text };
        return WriteAsync();
    }

    public Task WriteAsync() => storage.WriteStateAsync(stateName, grain, State);

    public Task ClearAsync() => storage.ClearStateAsync(stateName, grain, State);

    /// <summary>The same state as another activation reads it.</summary>
    public async Task<Cell> AgainAsync()
    {
        var again = new Cell(storage, grain, stateName);
        await again.ReadAsync();
        return again;
    }
}
