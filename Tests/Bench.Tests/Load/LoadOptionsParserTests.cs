using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Tests.Load;

public sealed class LoadOptionsParserTests
{
    [Fact]
    public void Parse_Nothing_IsTheDefaultsForTenSeconds() =>
        Assert.Equal(new LoadOptions { DurationSeconds = 10 }, LoadOptionsParser.Parse([]));

    [Fact]
    public void Parse_EveryOption_SetsItsField()
    {
        string[] args =
        [
            "--host", "::1", "--port", "6379", "--auth", "secret", "--threads", "2", "--connections", "50", "--pipeline", "16",
            "--requests", "1000000", "--duration", "2.5", "--warmup", "0", "--command", "mix", "--read-ratio", "0.9", "--keys", "5000",
            "--key-size", "20", "--value-size", "100", "--ttl", "60", "--hotspot", "0.2", "--rate", "40000.5", "--seed", "-3", "--fill",
            "--compare", "[fe80::1]:6380", "--rounds", "7", "--output", "a.json", "--html", "a.html", "--quiet",
        ];
        var expected = new LoadOptions
        {
            Server = new ServerAddress("::1", 6379),
            Password = "secret",
            Threads = 2,
            Connections = 50,
            Pipeline = 16,
            Requests = 1_000_000,
            DurationSeconds = 2.5,
            WarmupSeconds = 0,
            Mix = CommandMix.Mix,
            ReadRatio = 0.9,
            Keys = 5000,
            KeySize = 20,
            ValueSize = 100,
            TtlSeconds = 60,
            Hotspot = 0.2,
            Rate = 40_000.5,
            Seed = -3,
            Fill = true,
            Compare = new ServerAddress("fe80::1", 6380),
            Rounds = 7,
            OutputPath = "a.json",
            HtmlPath = "a.html",
            Quiet = true,
        };
        Assert.Equal(expected, LoadOptionsParser.Parse(args));
        string[] named = [.. args.Where(a => a.StartsWith("--", StringComparison.Ordinal))];
        Assert.Equal(LoadOptionsParser.Options.Select(o => o.Name).Except(["--scenario", "--help"]).Order(), named.Order());
    }

    [Fact]
    public void Parse_WithEquals_IsTheSame() =>
        Assert.Equal(LoadOptionsParser.Parse(["--keys", "5", "--auth", "a=b"]), LoadOptionsParser.Parse(["--keys=5", "--auth=a=b"]));

    [Fact]
    public void Parse_RequestsAlone_HasNoDuration() => Assert.Null(LoadOptionsParser.Parse(["--requests", "5"]).DurationSeconds);

    [Fact]
    public void Parse_ThreadsAlone_HasAConnectionEach() => Assert.Equal(4, LoadOptionsParser.Parse(["--threads", "4"]).Connections);

    [Fact]
    public void Parse_CompareAlone_HasFiveRounds() => Assert.Equal(5, LoadOptionsParser.Parse(["--compare", "redis:6379"]).Rounds);

    [Theory]
    [InlineData("bench.html", "--output", "bench.json")]
    [InlineData("a.b/c.d.html", "--output=a.b/c.d.JSON")]
    [InlineData("plots.html", "--output", "bench.json", "--html", "plots.html")]
    [InlineData(null, "--output", "/dev/stdout")]
    [InlineData(null, "--output", "bench.html")]
    [InlineData(null, "--output", "bench.json", "--scenario", "idle")]
    [InlineData(null)]
    public void Parse_Output_HasItsHtmlBesideIt(string? html, params string[] args) =>
        Assert.Equal(html, LoadOptionsParser.Parse(args).HtmlPath);

    [Theory]
    [InlineData("set", 0)]
    [InlineData("GET", 1)]
    [InlineData("mix", 0.5)]
    public void Parse_Command_DecidesTheReadRatio(string command, double ratio) =>
        Assert.Equal(ratio, LoadOptionsParser.Parse(["--command", command]).EffectiveReadRatio);

    [Theory]
    [InlineData("--pipelin", "16")]
    [InlineData("-c", "50")]
    [InlineData("--Keys", "5")]
    [InlineData("50", null)]
    [InlineData("", null)]
    [InlineData("--", null)]
    [InlineData("--pipelin=16", null)]
    public void Parse_AnUnknownOption_IsRefusedByName(string option, string? value)
    {
        UsageException e = Refused(value is null ? [option] : [option, value]);
        Assert.Equal($"load: unknown option '{option.Split('=')[0]}'; 'load --help' lists them.", e.Message);
    }

    [Theory]
    [InlineData("--port", "0", "a whole number from 1 to 65535")]
    [InlineData("--port", "65536", "a whole number from 1 to 65535")]
    [InlineData("--port", "http", "a whole number from 1 to 65535")]
    [InlineData("--threads", "0", "a whole number from 1 to 1024")]
    [InlineData("--connections", "-1", "a whole number from 1 to 60000")]
    [InlineData("--connections", "", "a whole number from 1 to 60000")]
    [InlineData("--pipeline", "0", "a whole number from 1 to 10000")]
    [InlineData("--pipeline", "1e3", "a whole number from 1 to 10000")]
    [InlineData("--requests", "0", "a whole number from 1 to 1000000000000")]
    [InlineData("--requests", "99999999999999999999", "a whole number from 1 to 1000000000000")]
    [InlineData("--duration", "0", "a number from 0.1 to 86400")]
    [InlineData("--duration", "NaN", "a number from 0.1 to 86400")]
    [InlineData("--duration", "Infinity", "a number from 0.1 to 86400")]
    [InlineData("--duration", "1,5", "a number from 0.1 to 86400")]
    [InlineData("--warmup", "-1", "a number from 0 to 3600")]
    [InlineData("--command", "del", "mix | set | get")]
    [InlineData("--read-ratio", "1.1", "a number from 0 to 1")]
    [InlineData("--keys", "0", "a whole number from 1 to 1000000000")]
    [InlineData("--keys", "1000000001", "a whole number from 1 to 1000000000")]
    [InlineData("--key-size", "0", "a whole number from 1 to 65536")]
    [InlineData("--value-size", "-1", "a whole number from 0 to 67108864")]
    [InlineData("--ttl", "0", "a whole number from 1 to 100000000")]
    [InlineData("--hotspot", "20", "a number from 0 to 1")]
    [InlineData("--rate", "0", "a number from 1 to 100000000")]
    [InlineData("--seed", "x", "a whole number from -9223372036854775808 to 9223372036854775807")]
    [InlineData("--rounds", "0", "a whole number from 1 to 1000")]
    [InlineData("--scenario", "busy", "load | idle")]
    [InlineData("--compare", "6379", "HOST:PORT with a port from 1 to 65535")]
    [InlineData("--compare", "redis:", "HOST:PORT with a port from 1 to 65535")]
    [InlineData("--compare", ":6379", "HOST:PORT with a port from 1 to 65535")]
    [InlineData("--compare", "redis:70000", "HOST:PORT with a port from 1 to 65535")]
    public void Parse_AnImpossibleValue_IsRefusedByNameWithWhatIsLegal(string option, string value, string legal) =>
        Assert.Equal($"{option} '{value}': must be {legal}.", Refused([option, value]).Message);

    [Theory]
    [InlineData("load: --keys needs a value (N).", "--keys")]
    [InlineData("load: --quiet takes no value.", "--quiet=yes")]
    [InlineData("load: --keys is given twice.", "--keys", "5", "--keys=5")]
    [InlineData("--connections 2: fewer than --threads 3;", "--connections", "2", "--threads", "3")]
    [InlineData("--key-size 3: too short for --keys 10000, whose numbers have 4 digits.", "--keys", "10000", "--key-size", "3")]
    [InlineData("--read-ratio: only the mix has one;", "--command", "get", "--read-ratio", "0.5")]
    [InlineData("--pipeline 10000: with this --value-size", "--pipeline", "10000", "--value-size", "1000000")]
    [InlineData("--compare: the idle scenario takes one server.", "--scenario", "idle", "--compare", "redis:6379")]
    [InlineData("--html: the idle scenario has nothing to plot;", "--scenario", "idle", "--html", "a.html")]
    public void Parse_WhatMakesNoSense_IsRefusedByName(string message, params string[] args) =>
        Assert.StartsWith(message, Refused(args).Message, StringComparison.Ordinal);

    [Fact]
    public void Help_ListsEveryOptionOnce()
    {
        string help = HelpText.Of(LoadOptionsParser.Usage, LoadOptionsParser.Options);
        string[] listed = [.. help.Split('\n').Select(l => l.TrimStart().Split(' ')[0])
            .Where(w => w.StartsWith("--", StringComparison.Ordinal))];
        Assert.Equal(LoadOptionsParser.Options.Select(o => o.Name), listed);
    }

    private static UsageException Refused(string[] args) => Assert.Throws<UsageException>(() => LoadOptionsParser.Parse(args));
}
