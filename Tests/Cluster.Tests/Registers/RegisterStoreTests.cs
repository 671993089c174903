using System.Globalization;
using System.Text;
using OrleansKv.Cluster.Tests.Registers.Support;
using OrleansKv.Engine.Registers;
using OrleansKv.Hosting;
using OrleansKv.Silo.Registers;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Registers;

/// <summary>Registers over real sockets and folders: who joins, who is asked, and what the loss of nodes does.</summary>
public sealed class RegisterStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<RegisterNode> _nodes = [];

    public void Dispose()
    {
        foreach (RegisterNode node in _nodes) node.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Value_WrittenThroughOneNode_IsReadThroughAll()
    {
        RegisterNode[] nodes = await Three();
        Assert.Null(await Read(nodes[2]));
        Assert.Equal(OutcomeKind.Changed, await Write(nodes[1], "1"));
        foreach (RegisterNode node in nodes) Assert.Equal("1", await Read(node));
        Assert.Equal(nodes.Select(n => n.Store.Acceptor).Order(), nodes[2].Store.Set.Current.Order());
    }

    [Fact]
    public async Task Words_AddedByAllAtOnce_AreThereOnceEach()
    {
        RegisterNode[] nodes = await Three(TimeSpan.FromMinutes(1));
        const int Each = 30;
        await Task.WhenAll(nodes.Select(async node =>
        {
            for (int i = 0; i < Each; i++) await Add(node, string.Create(CultureInfo.InvariantCulture, $"{node.Name}-{i}"));
        }));
        IEnumerable<string> expected = nodes.SelectMany(n => Enumerable.Range(0, Each).Select(i => $"{n.Name}-{i}"));
        Assert.Equal(expected.Order(), (await Read(nodes[0]))!.Split(' ').Order());
    }

    // An outcome can be unknown where three meet: then what stands there decides.
    private static async Task Add(RegisterNode node, string word)
    {
        while (true)
        {
            RegisterOutcome outcome = await node.Store.Change(
                "r", v => Encoding.UTF8.GetBytes((v is null ? "" : Text(v) + " ") + word), default);
            if (outcome.Kind == OutcomeKind.Changed) return;
            Assert.Equal(OutcomeKind.Unknown, outcome.Kind);
            if (await node.Store.Settle("r", default) is { } now && Text(now).Split(' ').Contains(word)) return;
        }
    }

    [Fact]
    public async Task ChangeThatDeclines_LeavesTheValue_AndOneThatThrows_ThrowsToItsCaller()
    {
        RegisterNode node = await New().Start();
        await Write(node, "1");
        Assert.Equal(OutcomeKind.Kept, (await node.Store.Change("r", static _ => null, default)).Kind);
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            node.Store.Change("r", static _ => throw new FormatException("no number"), default));
        Assert.Equal("1", await Read(node));
    }

    [Fact]
    public async Task OneOfThreeGone_OthersDecide_AndItComesBackByItself()
    {
        RegisterNode[] nodes = await Three();
        await Write(nodes[0], "1");
        nodes[0].Stop(); // the one that has founded it
        Assert.Equal(OutcomeKind.Changed, await Write(nodes[1], "2"));
        Assert.Equal("2", await Read(nodes[2]));
        await nodes[0].Start(); // its folder knows the others
        Assert.Equal("2", await Read(nodes[0]));
    }

    [Fact]
    public async Task TwoOfThreeGone_NobodyDecides_UntilOneIsBack()
    {
        RegisterNode[] nodes = await Three(TimeSpan.FromSeconds(1));
        await Write(nodes[0], "1");
        nodes[0].Stop();
        nodes[1].Stop();
        var failure = await Assert.ThrowsAsync<RegistersUnreachableException>(() => Read(nodes[2]));
        foreach (RegisterNode node in nodes) Assert.Contains($"{node.Name} at 127.0.0.1:{node.Port}", failure.Message);
        await nodes[1].Start();
        await Poll.UntilAsync("the value to be read", async () => await ReadOrNot(nodes[2]) == "1");
        Assert.Equal(OutcomeKind.Changed, await Write(nodes[2], "2"));
    }

    [Fact]
    public async Task AllStopped_AllStarted_HaveTheValue()
    {
        RegisterNode[] nodes = await Three();
        await Write(nodes[0], "1");
        foreach (RegisterNode node in nodes) node.Stop();
        foreach (RegisterNode node in nodes) await node.Start();
        Assert.Equal("1", await Read(nodes[2]));
    }

    [Fact]
    public async Task LostFolder_IsAnotherAcceptor_AndTakesThePlaceOfTheLostOne()
    {
        RegisterNode[] nodes = await Three();
        await Write(nodes[0], "1");
        AcceptorId lost = nodes[2].Store.Acceptor;
        nodes[2].Stop();
        RegisterNode anew = await New("node3").Start(join: nodes[1]);
        Assert.NotEqual(lost, anew.Store.Acceptor);
        await RegisterNode.Adjust(nodes[0], nodes[1], anew);
        Assert.Equal(new[] { nodes[0], nodes[1], anew }.Select(n => n.Store.Acceptor).Order(), nodes[0].Store.Set.Current.Order());
        nodes[0].Stop(); // what was decided is with the other two
        Assert.Equal("1", await Read(anew));
    }

    [Fact]
    public async Task NodeWithAnotherAddress_IsFound()
    {
        RegisterNode[] nodes = await Three();
        await Write(nodes[0], "1");
        nodes[1].Stop();
        nodes[1].Port = FreePort.NextSilo() + FreePort.ControlPortOffset;
        await nodes[1].Start();
        Assert.Equal("1", await Read(nodes[1])); // which tells the others where it is
        nodes[2].Stop();
        Assert.Equal(OutcomeKind.Changed, await Write(nodes[0], "2"));
    }

    [Fact]
    public async Task Join_OfAnotherClustersNameOrFolder_IsRefused()
    {
        RegisterNode mine = await New().Start(), other = await New().Start();
        var failure = await Assert.ThrowsAsync<StartException>(() => New().Start(join: mine, cluster: "mistyped"));
        Assert.Contains("'test', and this one of 'mistyped'", failure.Message);

        RegisterNode member = await New("member").Start(join: mine);
        member.Stop();
        mine.Stop();
        failure = await Assert.ThrowsAsync<StartException>(() => member.Start(join: other));
        Assert.Contains("which has the same name", failure.Message);
    }

    [Fact]
    public async Task Five_HaveFiveAcceptors_AndGoOnWithoutTwo()
    {
        List<RegisterNode> nodes = [.. await Three()];
        for (int i = 4; i <= 5; i++) nodes.Add(await New($"node{i}").Start(join: nodes[0]));
        await RegisterNode.Adjust([.. nodes]);
        Assert.Equal(5, nodes[0].Store.Set.Current.Count);
        await Write(nodes[0], "1");
        nodes[0].Stop();
        nodes[3].Stop();
        Assert.Equal("1", await Read(nodes[4]));
    }

    private static async Task<OutcomeKind> Write(RegisterNode node, string value) =>
        (await node.Store.Change("r", _ => Encoding.UTF8.GetBytes(value), default)).Kind;

    private static async Task<string?> Read(RegisterNode node) =>
        await node.Store.Read("r", default) is { } value ? Text(value) : null;

    private static async Task<string?> ReadOrNot(RegisterNode node)
    {
        try
        {
            return await Read(node);
        }
        catch (RegistersUnreachableException)
        {
            return null;
        }
    }

    private static string Text(RegisterValue value) => Encoding.UTF8.GetString(value.Bytes.Span);

    private RegisterNode New(string? name = null)
    {
        name ??= $"alone{_nodes.Count}";
        _nodes.Add(new RegisterNode(name, _folder.File($"{_nodes.Count}-{name}")));
        return _nodes[^1];
    }

    private async Task<RegisterNode[]> Three(TimeSpan? answerWithin = null)
    {
        RegisterNode first = await New("node1").Start(answerWithin: answerWithin);
        RegisterNode[] nodes =
        [
            first,
            await New("node2").Start(join: first, answerWithin: answerWithin),
            await New("node3").Start(join: first, answerWithin: answerWithin),
        ];
        await RegisterNode.Adjust(nodes);
        return nodes;
    }
}
