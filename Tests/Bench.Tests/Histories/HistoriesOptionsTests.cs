using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Histories;
using OrleansKv.Bench.Histories.Faults;

namespace OrleansKv.Bench.Tests.Histories;

public sealed class HistoriesOptionsTests
{
    private static readonly string Server = typeof(HistoriesOptionsTests).Assembly.Location; // any file

    [Fact]
    public void Parse_ServerAlone_IsTheDefaults() =>
        Assert.Equivalent(
            new HistoriesOptions { Server = Server, DataFolder = Path.GetTempPath() }, HistoriesOptions.Parse(["--server", Server]));

    [Fact]
    public void Parse_EveryOption_SetsItsField()
    {
        string[] args =
        [
            "--server", Server, "--server-args", "--fsync always", "--fault", "all-kill", "--seed", "7", "--operations", "100", "--seconds",
            "30.5", "--clients", "3", "--keys", "5", "--pause", "2", "--data", "/", "--report", "a.html", "--network",
            "--core-error", "quorums-of-one",
        ];
        var expected = new HistoriesOptions
        {
            Server = Server,
            ServerArguments = ["--fsync", "always"],
            Fault = FaultChoice.AllKill,
            Seed = 7,
            Operations = 100,
            Seconds = 30.5,
            Clients = 3,
            Keys = 5,
            PauseSeconds = 2,
            DataFolder = "/",
            ReportPath = "a.html",
            HasNetwork = true,
            CoreError = "quorums-of-one",
        };
        Assert.Equivalent(expected, HistoriesOptions.Parse(args), strict: true);
    }

    [Fact]
    public void Parse_Cut_NeedsANetwork() => Assert.True(HistoriesOptions.Parse(["--server", Server, "--fault", "cut"]).HasNetwork);

    [Theory]
    [InlineData("--server PATH is needed")]
    [InlineData("there is no such file", "--server", "/no/such/silo.dll")]
    [InlineData("must be kill | stop | all-kill | cut | mixed | none", "--fault", "flood")]
    [InlineData("must be a whole number from 1 to 64", "--clients", "0")]
    [InlineData("unknown option", "--nonsense", "1")]
    public void Parse_Impossible_IsRefusedByName(string words, params string[] args)
    {
        var refusal = Assert.Throws<UsageException>(() => HistoriesOptions.Parse(args));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }
}
