using Orleans.Runtime;
using OrleansKv.Engine.Registers;

namespace OrleansKv.Silo.Registers;

/// <summary>Orleans' membership in a register of the nodes themselves. Any thread.</summary>
internal sealed class QuorumMembershipTable(IRegisters registers) : IMembershipTable
{
    private const int AskAgainMs = 200;

    private volatile MembershipRegister _last = MembershipRegister.Empty; // as it was read or written last

    /// <summary>The table as it was read or written last.</summary>
    public MembershipTableData Last => _last.ToTable();

    /// <summary>Waits for a majority, however long: a node of a cluster that is started as a whole comes up before the others.</summary>
    public async Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await ReadAllAsync(cancellationToken);
                return;
            }
            catch (RegistersUnreachableException)
            {
                await Task.Delay(AskAgainMs, cancellationToken);
            }
        }
    }

    public Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken) =>
        Change(_ => MembershipRegister.Empty, null, cancellationToken);

    public Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken) =>
        Change(table => table.Clean(beforeDate.UtcDateTime), null, cancellationToken);

    public async Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken) =>
        (await Read(cancellationToken)).ToTable(key);

    public async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken) =>
        (await Read(cancellationToken)).ToTable();

    public Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken)
    {
        string tag = NewTag();
        return Change(
            table => table.Insert(entry, tag, tableVersion), table => table.Find(entry.SiloAddress)?.Tag == tag, cancellationToken);
    }

    public Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken)
    {
        string tag = NewTag();
        return Change(
            table => table.Update(entry, etag, tag, tableVersion), table => table.Find(entry.SiloAddress)?.Tag == tag, cancellationToken);
    }

    public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken) =>
        Change(table => table.Touch(entry), null, cancellationToken);

    Task IMembershipTable.InitializeMembershipTable(bool tryInitTableVersion) =>
        InitializeMembershipTableAsync(tryInitTableVersion, CancellationToken.None);

    Task IMembershipTable.DeleteMembershipTableEntries(string clusterId) =>
        DeleteMembershipTableEntriesAsync(clusterId, CancellationToken.None);

    Task IMembershipTable.CleanupDefunctSiloEntries(DateTimeOffset beforeDate) =>
        CleanupDefunctSiloEntriesAsync(beforeDate, CancellationToken.None);

    Task<MembershipTableData> IMembershipTable.ReadRow(SiloAddress key) => ReadRowAsync(key, CancellationToken.None);

    Task<MembershipTableData> IMembershipTable.ReadAll() => ReadAllAsync(CancellationToken.None);

    Task<bool> IMembershipTable.InsertRow(MembershipEntry entry, TableVersion tableVersion) =>
        InsertRowAsync(entry, tableVersion, CancellationToken.None);

    Task<bool> IMembershipTable.UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        UpdateRowAsync(entry, etag, tableVersion, CancellationToken.None);

    Task IMembershipTable.UpdateIAmAlive(MembershipEntry entry) => UpdateIAmAliveAsync(entry, CancellationToken.None);

    private static string NewTag() => Guid.NewGuid().ToString("N");

    private static MembershipRegister Parse(RegisterValue? value) =>
        value is null ? MembershipRegister.Empty : MembershipRegister.Parse(value.Bytes.Span);

    // A silo that stops says so in the table, several times, and would wait for minutes until it could. The last one to leave goes by what
    // it knows, and its row says what a killed silo's says.
    private async Task<MembershipRegister> Read(CancellationToken stop)
    {
        try
        {
            return _last = Parse(await registers.Read(MembershipRegister.Name, stop));
        }
        catch (RegistersUnreachableException) when (registers.IsLast)
        {
            return _last;
        }
    }

    private async Task<bool> Change(Func<MembershipRegister, MembershipRegister?> change, Func<MembershipRegister, bool>? isThere,
        CancellationToken stop)
    {
        try
        {
            return await TryChange(change, isThere, stop);
        }
        catch (RegistersUnreachableException) when (registers.IsLast)
        {
            if (change(_last) is { } after) _last = after;
            return true;
        }
    }

    // False when the change declined. One whose outcome is not known is looked for in what stands there; where it has been overwritten by
    // then the caller reads again, as it does when it was too late.
    private async Task<bool> TryChange(Func<MembershipRegister, MembershipRegister?> change, Func<MembershipRegister, bool>? isThere,
        CancellationToken stop)
    {
        RegisterOutcome outcome = await registers.Change(MembershipRegister.Name, value => change(Parse(value))?.ToBytes(), stop);
        if (outcome.Kind != OutcomeKind.Unknown) return outcome.Kind == OutcomeKind.Changed;
        RegisterValue? value = await registers.Settle(MembershipRegister.Name, stop);
        return isThere?.Invoke(Parse(value)) ?? true;
    }
}
