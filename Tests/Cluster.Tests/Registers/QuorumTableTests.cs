using OrleansKv.Cluster.Tests.Registers.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Silo.Registers;

namespace OrleansKv.Cluster.Tests.Registers;

/// <summary>Orleans' tables in registers do what Orleans asks of a table.</summary>
public sealed class QuorumTableTests : IDisposable
{
    private readonly RegisterNode _node = new("node1", folder: null);

    public void Dispose() => _node.Dispose();

    [Theory]
    [MemberData(nameof(MembershipTableCases.Names), MemberType = typeof(MembershipTableCases))]
    public async Task Membership(string name) =>
        await MembershipTableCases.Run(name, new QuorumMembershipTable((await _node.Start()).Store));

    [Theory]
    [MemberData(nameof(ReminderTableCases.Names), MemberType = typeof(ReminderTableCases))]
    public async Task Reminders(string name) => await ReminderTableCases.Run(name, new QuorumReminderTable((await _node.Start()).Store));
}
