using Orleans.Runtime;

namespace OrleansKv.Cluster.Tests.Support;

/// <summary>What Orleans' reminder service asks of its table, for every table that we have.</summary>
internal static class ReminderTableCases
{
    private static readonly DateTime Start = new(2026, 8, 1, 12, 0, 0, 123, DateTimeKind.Utc);

    private static readonly Dictionary<string, Func<IReminderTable, Task>> All = new()
    {
        [nameof(UpsertRow_NewAndAgain_KeepsTheLastUnderANewVersion)] = UpsertRow_NewAndAgain_KeepsTheLastUnderANewVersion,
        [nameof(ReadRow_NotThere_IsNull)] = ReadRow_NotThere_IsNull,
        [nameof(ReadRows_OfAGrain_GivesAllItsRemindersAndNoOthers)] = ReadRows_OfAGrain_GivesAllItsRemindersAndNoOthers,
        [nameof(RemoveRow_StaleVersion_LeavesIt)] = RemoveRow_StaleVersion_LeavesIt,
        [nameof(ReadRows_EveryKindOfRange_GivesWhatIsInIt)] = ReadRows_EveryKindOfRange_GivesWhatIsInIt,
        [nameof(TestOnlyClearTable_SomeReminders_TakesAll)] = TestOnlyClearTable_SomeReminders_TakesAll,
    };

    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>Runs a case on a new table.</summary>
    public static Task Run(string name, IReminderTable table) => All[name](table);

    private static async Task UpsertRow_NewAndAgain_KeepsTheLastUnderANewVersion(IReminderTable table)
    {
        GrainId grain = Grain(1);

        string? first = await table.UpsertRow(Reminder(grain, "r", TimeSpan.FromMinutes(1)));
        // More milliseconds than an int holds.
        string? second = await table.UpsertRow(Reminder(grain, "r", TimeSpan.FromDays(40)));

        ReminderEntry? found = await table.ReadRow(grain, "r");
        Assert.NotEqual(first, second);
        Assert.NotNull(found);
        Assert.Equal(
            (grain, "r", Start, TimeSpan.FromDays(40), second),
            (found.GrainId, found.ReminderName, found.StartAt, found.Period, found.ETag));
    }

    private static async Task ReadRow_NotThere_IsNull(IReminderTable table)
    {
        await table.UpsertRow(Reminder(Grain(1), "r", TimeSpan.FromMinutes(1)));

        Assert.Null(await table.ReadRow(Grain(1), "other"));
        Assert.Null(await table.ReadRow(Grain(2), "r"));
    }

    private static async Task ReadRows_OfAGrain_GivesAllItsRemindersAndNoOthers(IReminderTable table)
    {
        await table.UpsertRow(Reminder(Grain(1), "a", TimeSpan.FromMinutes(1)));
        await table.UpsertRow(Reminder(Grain(1), "b", TimeSpan.FromMinutes(1)));
        await table.UpsertRow(Reminder(Grain(2), "c", TimeSpan.FromMinutes(1)));

        ReminderTableData read = await table.ReadRows(Grain(1));

        Assert.Equal(["a", "b"], read.Reminders.Select(r => r.ReminderName).Order());
        Assert.Empty((await table.ReadRows(Grain(3))).Reminders);
    }

    private static async Task RemoveRow_StaleVersion_LeavesIt(IReminderTable table)
    {
        string stale = (await table.UpsertRow(Reminder(Grain(1), "r", TimeSpan.FromMinutes(1))))!;
        string current = (await table.UpsertRow(Reminder(Grain(1), "r", TimeSpan.FromMinutes(2))))!;

        Assert.False(await table.RemoveRow(Grain(1), "r", stale));
        Assert.NotNull(await table.ReadRow(Grain(1), "r"));
        Assert.True(await table.RemoveRow(Grain(1), "r", current));
        Assert.Null(await table.ReadRow(Grain(1), "r"));
        Assert.False(await table.RemoveRow(Grain(1), "r", current));
    }

    private static async Task ReadRows_EveryKindOfRange_GivesWhatIsInIt(IReminderTable table)
    {
        GrainId[] grains = [.. Enumerable.Range(0, 60).Select(Grain)];
        foreach (GrainId grain in grains) await table.UpsertRow(Reminder(grain, "r", TimeSpan.FromMinutes(1)));
        uint[] hashes = [.. grains.Select(grain => grain.GetUniformHashCode()).Order()];
        // Both halves of the ring have some, or a signed and an unsigned comparison would not differ.
        Assert.Contains(hashes, hash => hash < 0x80000000);
        Assert.Contains(hashes, hash => hash >= 0x80000000);
        // Ends between grains and on grains, around 0 and around the middle, where the sign of an integer changes.
        uint[] ends = [0, 1, 0x7FFFFFFF, 0x80000000, uint.MaxValue, hashes[0], hashes[20], hashes[40], hashes[^1], hashes[10] + 1];
        foreach (uint begin in ends)
        {
            foreach (uint end in ends)
            {
                ReminderTableData read = await table.ReadRows(begin, end);

                IEnumerable<uint> expected = hashes.Where(hash =>
                    begin < end ? hash > begin && hash <= end : begin == end || hash > begin || hash <= end);
                Assert.Equal(expected, read.Reminders.Select(r => r.GrainId.GetUniformHashCode()).Order());
            }
        }
    }

    private static async Task TestOnlyClearTable_SomeReminders_TakesAll(IReminderTable table)
    {
        await table.UpsertRow(Reminder(Grain(1), "r", TimeSpan.FromMinutes(1)));

        await table.TestOnlyClearTable();

        Assert.Null(await table.ReadRow(Grain(1), "r"));
    }

    private static GrainId Grain(int number) => GrainId.Create("reminded", $"grain{number}");

    private static ReminderEntry Reminder(GrainId grain, string name, TimeSpan period) =>
        new() { GrainId = grain, ReminderName = name, StartAt = Start, Period = period };
}
