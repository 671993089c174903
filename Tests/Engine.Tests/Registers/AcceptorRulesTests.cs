using System.Collections.Immutable;
using OrleansKv.Engine.Registers;

namespace OrleansKv.Engine.Tests.Registers;

/// <summary>Who the acceptors should be. Nodes are numbers in the order in which they joined; a minus says that it does not run.</summary>
public sealed class AcceptorRulesTests
{
    [Theory]
    [InlineData("1", "1", null)]
    [InlineData("1", "1 2", null)] // with two, neither may die in any case
    [InlineData("1", "1 2 3", "1 2")]
    [InlineData("1 2", "1 2 3", "1 2 3")]
    [InlineData("1 2 3", "1 2 3 4", null)]
    [InlineData("1 2 3", "1 2 3 4 5", "1 2 3 4")]
    [InlineData("1 2 3 4", "1 2 3 4 5 6", "1 2 3 4 5")]
    [InlineData("1 2 3 4 5", "1 2 3 4 5 6", null)]
    [InlineData("1", "1 2 -3", null)] // two acceptors would need both
    [InlineData("1", "1 -2 3 4", "1 3")]
    [InlineData("1 2", "1 2 -3", "1")]
    [InlineData("1 2", "1 2", "1")]
    [InlineData("1 2 3", "1 2 -3", null)] // it is down, and not lost
    [InlineData("1 2 9", "1 2 3", "1 2 3 9")] // 9 was the folder that node 3 has lost
    [InlineData("1 2 3 9", "1 2 3", "1 2 3")]
    [InlineData("1 2 9", "1 2 -3", null)]
    [InlineData("1 2 3 4 5", "1 2 3 4", "1 2 3 4")] // 5 was removed
    [InlineData("1 2 3 4", "1 2 3 4", "1 2 3")]
    public void Next_IsOneStepTowardsTheFirstNodes(string acceptors, string nodes, string? expected)
    {
        var set = new AcceptorSet(7, [.. acceptors.Split(' ').Select(Id)], []);
        ImmutableSortedSet<AcceptorId>? next = AcceptorRules.Next(set, [.. nodes.Split(' ').Select(n => (Id(n.Trim('-')), n[0] != '-'))]);
        Assert.Equal(expected?.Split(' ').Select(Id), next?.Order());
        if (next is not null) Assert.Equal(8, set.JointWith(next).Version); // a step that the set takes
    }

    private static AcceptorId Id(string number) => new(ulong.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
}
