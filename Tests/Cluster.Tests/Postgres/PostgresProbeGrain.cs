using System.Collections.Concurrent;
using Orleans.Placement;
using Orleans.Runtime;
using OrleansKv.Silo.Postgres;

namespace OrleansKv.Cluster.Tests.Postgres;

[GrainType("postgres-probe")]
[PreferLocalPlacement]
public sealed class PostgresProbeGrain(
    [PersistentState("probe", PostgresHosting.StorageName)] IPersistentState<PostgresProbeState> state, ILocalSiloDetails silo)
    : Grain, IPostgresProbeGrain, IRemindable
{
    /// <summary>How often each grain's reminder came, in this process.</summary>
    public static ConcurrentDictionary<string, int> Ticks { get; } = new();

    public async Task<int> AddAsync(int number)
    {
        PostgresProbeState before = state.State;
        state.State = new PostgresProbeState { Number = before.Number + number };
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            state.State = before;
            throw;
        }

        return state.State.Number;
    }

    public Task<int> GetAsync() => Task.FromResult(state.State.Number);

    public Task ClearAsync() => state.ClearStateAsync();

    public Task<string> WhereAsync() => Task.FromResult(silo.Name);

    public Task RemindAsync(string name, TimeSpan period) => this.RegisterOrUpdateReminder(name, period, period);

    public async Task<bool> FindReminderAsync(string name, bool remove)
    {
        IGrainReminder? reminder = await this.GetReminder(name);
        if (reminder is not null && remove) await this.UnregisterReminder(reminder);
        return reminder is not null;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Ticks.AddOrUpdate(this.GetPrimaryKeyString(), 1, (_, count) => count + 1);
        return Task.CompletedTask;
    }
}
