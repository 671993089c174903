using System.Net;
using Orleans.Runtime;

namespace OrleansKv.Cluster.Tests.Support;

/// <summary>What Orleans' membership protocol asks of its table, for every table that we have.</summary>
internal static class MembershipTableCases
{
    // Whole milliseconds: a time is kept with microseconds, and written as text with milliseconds.
    private static readonly DateTime Now = new(2026, 8, 1, 12, 0, 0, 123, DateTimeKind.Utc);

    private static readonly Dictionary<string, Func<IMembershipTable, Task>> All = new()
    {
        [nameof(ReadAll_NewCluster_HasAVersionAndNoSilos)] = ReadAll_NewCluster_HasAVersionAndNoSilos,
        [nameof(InsertRow_AllFields_AreReadBack)] = InsertRow_AllFields_AreReadBack,
        [nameof(InsertRow_StaleVersion_ChangesNothing)] = InsertRow_StaleVersion_ChangesNothing,
        [nameof(InsertRow_SameSiloAgain_ChangesNothing)] = InsertRow_SameSiloAgain_ChangesNothing,
        [nameof(InsertRow_EightAtOnceWithOneVersion_OneWins)] = InsertRow_EightAtOnceWithOneVersion_OneWins,
        [nameof(UpdateRow_RightVersion_ChangesStatusAndSuspects)] = UpdateRow_RightVersion_ChangesStatusAndSuspects,
        [nameof(UpdateRow_StaleVersionOrUnknownSilo_ChangesNothing)] = UpdateRow_StaleVersionOrUnknownSilo_ChangesNothing,
        [nameof(UpdateRow_EightAtOnceWithOneVersion_OneWins)] = UpdateRow_EightAtOnceWithOneVersion_OneWins,
        [nameof(UpdateIAmAlive_OneSilo_LeavesTheVersionAndTheOthers)] = UpdateIAmAlive_OneSilo_LeavesTheVersionAndTheOthers,
        [nameof(CleanupDefunctSiloEntries_OldAndNew_TakesTheOldThatAreNotActive)] =
            CleanupDefunctSiloEntries_OldAndNew_TakesTheOldThatAreNotActive,
    };

    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>Runs a case on a new table.</summary>
    public static Task Run(string name, IMembershipTable table) => All[name](table);

    // Orleans hands the table the ETag that it read with the row. The AdoNet provider gives every row the table's, and compares it with the
    // version's.
    private static string ETagOf(MembershipTableData read, MembershipEntry entry) =>
        read.Members.Single(m => m.Item1.SiloAddress.Equals(entry.SiloAddress)).Item2;

    public static TableVersion Next(MembershipTableData read) => read.Version.Next();

    public static MembershipEntry Entry(int number) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 11000 + number, 77),
        SiloName = $"silo{number}",
        HostName = $"host{number}",
        Status = SiloStatus.Joining,
        ProxyPort = 30000 + number,
        StartTime = Now,
        IAmAliveTime = Now,
    };

    private static async Task ReadAll_NewCluster_HasAVersionAndNoSilos(IMembershipTable table)
    {
        MembershipTableData read = await table.ReadAllAsync();

        Assert.Empty(read.Members);
        Assert.Equal(0, read.Version.Version);
    }

    private static async Task InsertRow_AllFields_AreReadBack(IMembershipTable table)
    {
        MembershipEntry entry = Entry(1);

        Assert.True(await table.InsertRowAsync(entry, Next(await table.ReadAllAsync())));

        MembershipTableData read = await table.ReadRowAsync(entry.SiloAddress);
        MembershipEntry found = Assert.Single(read.Members).Item1;
        Assert.Equal(1, read.Version.Version);
        Assert.Equal(
            (entry.SiloAddress, "silo1", "host1", SiloStatus.Joining, 30001, Now, Now),
            (found.SiloAddress, found.SiloName, found.HostName, found.Status, found.ProxyPort, found.StartTime, found.IAmAliveTime));
        Assert.Empty(found.SuspectTimes ?? []);
        Assert.Empty((await table.ReadRowAsync(Entry(2).SiloAddress)).Members);
        Assert.Equal(1, (await table.ReadRowAsync(Entry(2).SiloAddress)).Version.Version);
    }

    private static async Task InsertRow_StaleVersion_ChangesNothing(IMembershipTable table)
    {
        MembershipTableData stale = await table.ReadAllAsync();
        Assert.True(await table.InsertRowAsync(Entry(1), Next(stale)));

        Assert.False(await table.InsertRowAsync(Entry(2), Next(stale)));

        MembershipTableData read = await table.ReadAllAsync();
        Assert.Equal(Entry(1).SiloAddress, Assert.Single(read.Members).Item1.SiloAddress);
        Assert.Equal(1, read.Version.Version);
    }

    private static async Task InsertRow_SameSiloAgain_ChangesNothing(IMembershipTable table)
    {
        Assert.True(await table.InsertRowAsync(Entry(1), Next(await table.ReadAllAsync())));

        Assert.False(await table.InsertRowAsync(Entry(1), Next(await table.ReadAllAsync())));

        MembershipTableData read = await table.ReadAllAsync();
        Assert.Single(read.Members);
        Assert.Equal(1, read.Version.Version);
    }

    private static async Task InsertRow_EightAtOnceWithOneVersion_OneWins(IMembershipTable table)
    {
        MembershipTableData start = await table.ReadAllAsync();

        bool[] won = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() => table.InsertRowAsync(Entry(i), Next(start)))));

        Assert.Single(won, true);
        MembershipTableData read = await table.ReadAllAsync();
        Assert.Single(read.Members);
        Assert.Equal(1, read.Version.Version);
    }

    private static async Task UpdateRow_RightVersion_ChangesStatusAndSuspects(IMembershipTable table)
    {
        await table.InsertRowAsync(Entry(1), Next(await table.ReadAllAsync()));
        MembershipEntry dead = Entry(1);
        dead.Status = SiloStatus.Dead;
        dead.SuspectTimes = [Tuple.Create(Entry(2).SiloAddress, Now), Tuple.Create(Entry(3).SiloAddress, Now.AddSeconds(1))];
        dead.IAmAliveTime = Now.AddMinutes(1);

        MembershipTableData before = await table.ReadAllAsync();
        Assert.True(await table.UpdateRowAsync(dead, ETagOf(before, dead), Next(before)));

        MembershipTableData read = await table.ReadAllAsync();
        MembershipEntry found = Assert.Single(read.Members).Item1;
        Assert.Equal(2, read.Version.Version);
        Assert.Equal((SiloStatus.Dead, Now.AddMinutes(1)), (found.Status, found.IAmAliveTime));
        Assert.Equal(dead.SuspectTimes, found.SuspectTimes);
    }

    private static async Task UpdateRow_StaleVersionOrUnknownSilo_ChangesNothing(IMembershipTable table)
    {
        await table.InsertRowAsync(Entry(1), Next(await table.ReadAllAsync()));
        MembershipTableData stale = await table.ReadAllAsync();
        MembershipEntry active = Entry(1);
        active.Status = SiloStatus.Active;
        Assert.True(await table.UpdateRowAsync(active, ETagOf(stale, active), Next(stale)));
        MembershipTableData now = await table.ReadAllAsync();
        MembershipEntry dead = Entry(1);
        dead.Status = SiloStatus.Dead;

        Assert.False(await table.UpdateRowAsync(dead, ETagOf(stale, dead), Next(stale)));
        Assert.False(await table.UpdateRowAsync(dead, ETagOf(stale, dead), Next(now)));
        Assert.False(await table.UpdateRowAsync(Entry(3), ETagOf(now, dead), Next(now)));

        MembershipTableData read = await table.ReadAllAsync();
        Assert.Equal(SiloStatus.Active, Assert.Single(read.Members).Item1.Status);
        Assert.Equal(2, read.Version.Version);
    }

    private static async Task UpdateRow_EightAtOnceWithOneVersion_OneWins(IMembershipTable table)
    {
        for (int i = 1; i <= 8; i++) Assert.True(await table.InsertRowAsync(Entry(i), Next(await table.ReadAllAsync())));
        MembershipTableData start = await table.ReadAllAsync();

        bool[] won = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() =>
        {
            MembershipEntry active = Entry(i);
            active.Status = SiloStatus.Active;
            return table.UpdateRowAsync(active, ETagOf(start, active), Next(start));
        })));

        Assert.Single(won, true);
        MembershipTableData read = await table.ReadAllAsync();
        Assert.Single(read.Members, member => member.Item1.Status == SiloStatus.Active);
        Assert.Equal(9, read.Version.Version);
    }

    private static async Task UpdateIAmAlive_OneSilo_LeavesTheVersionAndTheOthers(IMembershipTable table)
    {
        await table.InsertRowAsync(Entry(1), Next(await table.ReadAllAsync()));
        await table.InsertRowAsync(Entry(2), Next(await table.ReadAllAsync()));
        MembershipEntry alive = Entry(1);
        alive.IAmAliveTime = Now.AddHours(1);

        await table.UpdateIAmAliveAsync(alive);

        MembershipTableData read = await table.ReadAllAsync();
        Assert.Equal(2, read.Version.Version);
        Assert.Equal([Now.AddHours(1), Now], read.Members.OrderBy(m => m.Item1.SiloName).Select(m => m.Item1.IAmAliveTime));
    }

    private static async Task CleanupDefunctSiloEntries_OldAndNew_TakesTheOldThatAreNotActive(IMembershipTable table)
    {
        foreach (var (number, status, aliveAt) in new[]
                 {
                     (1, SiloStatus.Dead, Now), (2, SiloStatus.Active, Now), (3, SiloStatus.Dead, Now.AddDays(2)),
                     (4, SiloStatus.Joining, Now),
                 })
        {
            MembershipEntry entry = Entry(number);
            entry.Status = status;
            entry.IAmAliveTime = aliveAt;
            await table.InsertRowAsync(entry, Next(await table.ReadAllAsync()));
        }

        await table.CleanupDefunctSiloEntriesAsync(Now.AddDays(1));

        Assert.Equal(["silo2", "silo3"], (await table.ReadAllAsync()).Members.Select(m => m.Item1.SiloName).Order());
    }
}
