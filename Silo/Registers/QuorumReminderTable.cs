using System.Text.Json;
using Orleans.Runtime;
using OrleansKv.Engine.Registers;

namespace OrleansKv.Silo.Registers;

/// <summary>
/// Orleans' reminders in a register of the nodes themselves: one value for all, for there is one a shard. What comes while a change is away
/// goes with the next one: the shards of a node ask for theirs at the same time. Any thread.
/// </summary>
internal sealed class QuorumReminderTable(IRegisters registers) : IReminderTable
{
    public const string RegisterName = "reminders";

    /// <summary>Most reminders: the value is written whole at each change, 150 B each.</summary>
    public const int MaxReminders = 65_536;

    private readonly Lock _lock = new();
    private List<Func<List<ReminderRow>, bool>> _gathering = []; // each says whether it changes the rows
    private Task<bool[]>? _next;
    private Task _last = Task.CompletedTask;

    public async Task<ReminderTableData> ReadRows(GrainId grainId)
    {
        string grain = grainId.ToString();
        return new ReminderTableData((await Read()).Where(r => r.Grain == grain).Select(r => r.ToEntry()));
    }

    public async Task<ReminderTableData> ReadRows(uint begin, uint end) =>
        new((await Read()).Where(r => IsIn(r.GrainId.GetUniformHashCode(), begin, end)).Select(r => r.ToEntry()));

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        (await Read()).Find(r => r.Is(grainId, reminderName))?.ToEntry();

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        string tag = Guid.NewGuid().ToString("N");
        var row = new ReminderRow(entry.GrainId.ToString(), entry.ReminderName, entry.StartAt, entry.Period, tag);
        bool isKept = await Change(rows =>
        {
            int at = rows.FindIndex(r => r.Is(entry.GrainId, entry.ReminderName));
            if (at < 0 && rows.Count >= MaxReminders) return false;
            if (at < 0) rows.Add(row);
            else rows[at] = row;
            return true;
        });
        return isKept ? tag : throw new InvalidOperationException($"the cluster has {MaxReminders} reminders already");
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) =>
        Change(rows => rows.RemoveAll(r => r.Is(grainId, reminderName) && r.Tag == eTag) > 0);

    public Task TestOnlyClearTable() => Change(static rows =>
    {
        rows.Clear();
        return true;
    });

    // (begin, end], and around the end of the circle when begin is not below end.
    private static bool IsIn(uint hash, uint begin, uint end) =>
        begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;

    private static List<ReminderRow> Parse(RegisterValue? value) =>
        value is null ? [] : JsonSerializer.Deserialize<List<ReminderRow>>(value.Bytes.Span) ?? [];

    private async Task<List<ReminderRow>> Read() => Parse(await registers.Read(RegisterName, CancellationToken.None));

    private async Task<bool> Change(Func<List<ReminderRow>, bool> change)
    {
        Task<bool[]> all;
        int mine;
        lock (_lock)
        {
            mine = _gathering.Count;
            _gathering.Add(change);
            _last = all = _next ??= SendBehind(_last);
        }

        return (await all)[mine];
    }

    private async Task<bool[]> SendBehind(Task before)
    {
        await Task.Yield(); // until it is known as the next one
        await before.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
        List<Func<List<ReminderRow>, bool>> changes;
        lock (_lock)
        {
            changes = _gathering;
            _gathering = [];
            _next = null;
        }

        bool[] happened = [];
        RegisterOutcome outcome = await registers.Change(RegisterName, value =>
        {
            List<ReminderRow> rows = Parse(value);
            happened = [.. changes.Select(c => c(rows))];
            return Array.Exists(happened, h => h) ? JsonSerializer.SerializeToUtf8Bytes(rows) : null;
        }, CancellationToken.None);
        return outcome.Kind != OutcomeKind.Unknown
            ? happened
            : throw new RegistersUnreachableException("whether the reminders have changed is not known"); // repeated, it does no harm
    }
}
