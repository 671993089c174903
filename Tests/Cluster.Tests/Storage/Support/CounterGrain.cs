using Orleans.Core;
using Orleans.Runtime;

namespace OrleansKv.Cluster.Tests.Storage.Support;

/// <summary>A grain as any Orleans application has it: it knows a provider's name and nothing of us.</summary>
[GrainType("counter")]
public sealed class CounterGrain([PersistentState("count", "journal")] IPersistentState<CounterState> count) : Grain, ICounterGrain
{
    private bool _isDirty;

    public async Task<int> Add(int amount)
    {
        count.State.Value += amount;
        await count.WriteStateAsync();
        return count.State.Value;
    }

    public Task<int> Get() => Task.FromResult(count.State.Value);

    public Task Reset() => count.ClearStateAsync();

    public Task AddLater(int amount)
    {
        count.State.Value += amount;
        _isDirty = true;
        return Task.CompletedTask;
    }

    public Task Forget()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task WriteStale()
    {
        await count.WriteStateAsync();
        string? stale = count.Etag;
        await count.WriteStateAsync();
        ((StateStorageBridge<CounterState>)count).Etag = stale;
        await count.WriteStateAsync();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _isDirty ? count.WriteStateAsync(cancellationToken) : Task.CompletedTask;
}
