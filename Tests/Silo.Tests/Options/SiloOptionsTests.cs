using OrleansKv.Gateway.Options;
using OrleansKv.Hosting.Options;
using OrleansKv.Silo.Options;

namespace OrleansKv.Silo.Tests.Options;

/// <summary>What a node makes of its settings, without a process.</summary>
public sealed class SiloOptionsTests
{
    private static readonly SettingTable Table = SiloSettings.Table(processors: 2);

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2", 2)]
    [InlineData("3", 2)]
    [InlineData("4", 3)]
    [InlineData("7", 4)]
    public void WriteQuorum_ThatIsNotGiven_IsAMajority(string replicas, int quorum)
    {
        (SiloOptions options, string? problem) = Parse("--replicas", replicas);
        Assert.Equal(quorum, options.WriteQuorum);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("3")]
    public void WriteQuorum_UpToTheReplicas_IsAllowed(string quorum)
    {
        (SiloOptions options, string? problem) = Parse("--replicas", "3", "--write-quorum", quorum);
        Assert.Equal(quorum, options.WriteQuorum.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("2", "3")]
    [InlineData("1", "2")]
    public void WriteQuorum_AboveTheReplicas_IsRefusedInOneLine(string replicas, string quorum)
    {
        (_, string? problem) = Parse("--replicas", replicas, "--write-quorum", quorum);
        Assert.Equal($"--write-quorum {quorum} is more than --replicas {replicas}: no write would be done", problem);
    }

    [Theory]
    [InlineData("3", "0", 0)]
    [InlineData("3", "2", 2)]
    [InlineData("3", "3", 3)]
    public void ReadQuorum_ThatSharesACopyWithTheWriteQuorum_IsAllowed(string replicas, string quorum, int expected)
    {
        (SiloOptions options, string? problem) = Parse("--replicas", replicas, "--read-quorum", quorum);
        Assert.Equal(expected, options.ReadQuorum);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("3", "2", "1", "--read-quorum 1 and --write-quorum 2 of 3 copies need not share one: a new leader could miss acknowledged "
        + "writes. Their sum must be more than --replicas 3")]
    [InlineData("3", "2", "4", "--read-quorum 4 is more than --replicas 3: no leader would be elected")]
    public void ReadQuorum_ThatCouldMissWrites_OrThatNobodyHas_IsRefusedInOneLine(string replicas, string write, string read, string line)
    {
        (_, string? problem) = Parse("--replicas", replicas, "--write-quorum", write, "--read-quorum", read);
        Assert.Equal(line, problem);
    }

    private static (SiloOptions Options, string? Problem) Parse(params string[] words)
    {
        OptionResult parsed = OptionParser.Parse(new OptionInputs(words, new Dictionary<string, string>(), static name =>
            throw new FileNotFoundException(name)), Table);
        Assert.Null(parsed.Error);
        SiloOptions options = SiloOptions.From(parsed.Values!);
        return (options, options.Check(ServerOptions.From(parsed.Values!)));
    }
}
