namespace OrleansKv.Cluster.Tests.Postgres;

/// <summary>A grain whose state and reminder are on PostgreSQL; it starts where it is first called.</summary>
[Alias("OrleansKv.Tests.IPostgresProbeGrain")]
public interface IPostgresProbeGrain : IGrainWithStringKey
{
    /// <summary>Adds to the number and keeps it; the new number. Changes nothing when it throws.</summary>
    [Alias("AddAsync")]
    Task<int> AddAsync(int number);

    [Alias("GetAsync")]
    Task<int> GetAsync();

    [Alias("ClearAsync")]
    Task ClearAsync();

    /// <summary>The silo that it is on; touches no storage.</summary>
    [Alias("WhereAsync")]
    Task<string> WhereAsync();

    [Alias("RemindAsync")]
    Task RemindAsync(string name, TimeSpan period);

    /// <summary>Whether the reminder is there; takes it away when asked to.</summary>
    [Alias("FindReminderAsync")]
    Task<bool> FindReminderAsync(string name, bool remove);
}
