using System.Net;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Hosting.Options;
using OrleansKv.Protocol;
using Xunit;

namespace OrleansKv.Gateway.Tests.Options;

/// <summary>Every refusal by its whole line, and who wins over whom.</summary>
public sealed class OptionParserTests
{
    private static readonly SettingTable Table = ServerSettings.Table(processors: 4);

    private readonly Dictionary<string, string> _variables = [];
    private readonly Dictionary<string, string> _files = [];

    [Fact]
    public void Parse_Nothing_GivesTheDocumentedDefaults()
    {
        ServerOptions options = Run();
        Assert.Equal((9090, 9100, 32, 4), (options.Port, options.HttpPort, options.Shards, options.Workers));
        Assert.Equal([IPAddress.Loopback], options.Bind);
        Assert.Equal(("./data", true, Durability.EverySecond, 300),
            (options.DataDir, options.Persistence, options.Fsync, options.SnapshotIntervalSeconds));
        Assert.Equal((0L, EvictionPolicy.AllKeysLru), (options.MemoryBudgetBytes, options.EvictionPolicy));
        Assert.Equal((10000L, 512 << 20, 1L << 30, OutputLimits.Default),
            (options.MaxClients, options.MaxValueBytes, options.QueryBufferLimitBytes, options.OutputLimits));
        Assert.Equal(("", false, false, true), (options.RequirePass, options.UsesTls, options.ShardsGiven, options.ProtectedMode));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 8)]
    [InlineData(64, 8)]
    public void Table_Processors_DecideWorkersUpToEight(int processors, long workers) =>
        Assert.Equal(workers, SettingValues.Defaults(ServerSettings.Table(processors)).Get<long>("workers"));

    [Theory]
    [InlineData(false)]
    [InlineData(true, "--workers", "4")]
    public void Workers_ThatNobodyAskedFor_ServeAsNeeded(bool given, params string[] arguments)
    {
        ServerOptions options = Run(arguments);
        Assert.Equal((4, given), (options.Workers, options.WorkersGiven));
    }

    [Fact]
    public void Parse_EverySource_CommandLineOverEnvironmentOverFileOverDefault()
    {
        _files["kv.json"] = """{ "port": 1001, "http-port": 1002, "shards": 7 }""";
        _variables["ORLEANSKV_CONFIG"] = "kv.json";
        _variables["ORLEANSKV_PORT"] = "2001";
        _variables["ORLEANSKV_HTTP_PORT"] = "2002";
        OptionResult result = Parse("--port", "3001");
        SettingValues values = result.Values!;
        Assert.Equal((3001L, 2002L, 7L), (values.Get<long>("port"), values.Get<long>("http-port"), values.Get<long>("shards")));
        Assert.Equal("flag --port", values.SourceOf("port").Where);
        Assert.Equal("variable ORLEANSKV_HTTP_PORT", values.SourceOf("http-port").Where);
        Assert.Equal("file kv.json, $.shards", values.SourceOf("shards").Where);
        Assert.Equal(OptionSource.Default, values.SourceOf("fsync"));
        Assert.Equal("kv.json", result.ConfigFile);
        Assert.True(ServerOptions.From(values).ShardsGiven);
    }

    [Fact]
    public void Parse_ConfigFlag_WinsOverItsVariable()
    {
        _files["a.json"] = """{ "port": 1001 }""";
        _files["b.json"] = """{ "port": 1002 }""";
        _variables["ORLEANSKV_CONFIG"] = "a.json";
        Assert.Equal(1002, Run("--config=b.json").Port);
    }

    [Fact]
    public void Parse_FlagTwice_LastCounts() => Assert.Equal(2, Run("--port", "1", "--port=2").Port);

    [Fact]
    public void Parse_EmptyVariable_IsNotSet()
    {
        _variables["ORLEANSKV_PORT"] = "";
        _variables["ORLEANSKV_CONFIG"] = "";
        _variables["HOME"] = "/nowhere";
        Assert.Equal(9090, Run().Port);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("1b", 1)]
    [InlineData("3k", 3000)]
    [InlineData("3kb", 3072)]
    [InlineData("2M", 2_000_000)]
    [InlineData("2Mb", 2 << 20)]
    [InlineData("5g", 5_000_000_000)]
    [InlineData("5GB", 5L << 30)]
    public void Parse_Memory_HasRedisUnits(string text, long bytes) => Assert.Equal(bytes, Run("--memory-budget", text).MemoryBudgetBytes);

    [Fact]
    public void Parse_BindList_TakesNamesOfLoopbackAndBothFamilies()
    {
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], Run("--bind", "localhost, ::1,127.0.0.1").Bind);
        Assert.Equal([IPAddress.Any], Run("--bind=*", "--requirepass=--secret").Bind);
        Assert.Equal([IPAddress.Any], Run("--bind=0.0.0.0", "--protected-mode", "no").Bind);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Parse_Help_WinsOverMistakes(string flag) => Assert.Equal(OptionAction.ShowHelp, Parse("--nonsense", flag).Action);

    [Fact]
    public void Parse_Version_IsAsked() => Assert.Equal(OptionAction.ShowVersion, Parse("--version").Action);

    [Theory]
    [InlineData("unknown flag --prot; did you mean --port? (--help lists all)", "--prot", "1")]
    [InlineData("unknown flag --maxmemory; did you mean --memory-budget? (--help lists all)", "--maxmemory", "1")]
    [InlineData("unknown flag --budget; did you mean --memory-budget? (--help lists all)", "--budget=1")]
    [InlineData("unknown flag --xyzzy (--help lists all)", "--xyzzy")]
    [InlineData("flag --help takes no value", "--help=1")]
    [InlineData("flag --version takes no value", "--version=")]
    [InlineData("unexpected argument '9090' (--help lists all)", "9090")]
    [InlineData("unexpected argument '-port'; did you mean --port? (--help lists all)", "-port", "1")]
    [InlineData("unexpected argument 'kv.json'; did you mean --config kv.json?", "kv.json")]
    [InlineData("unexpected argument '--' (--help lists all)", "--")]
    [InlineData("flag --port: the value is missing; it takes an integer from 1 to 65535", "--port")]
    [InlineData("flag --port: the value is missing before --bind; it takes an integer from 1 to 65535 (--port=VALUE for one that begins "
        + "with --)", "--port", "--bind")]
    [InlineData("flag --config: the value is missing; it takes the path of a JSON file", "--config")]
    [InlineData("flag --config: the value is empty; it takes the path of a JSON file", "--config=")]
    [InlineData("flag --config: cannot read gone.json: there is no such file", "--config", "gone.json")]
    [InlineData("flag --port: '0' is not allowed; it takes an integer from 1 to 65535", "--port", "0")]
    [InlineData("flag --port: '65536' is not allowed; it takes an integer from 1 to 65535", "--port", "65536")]
    [InlineData("flag --port: '' is not allowed; it takes an integer from 1 to 65535", "--port=")]
    [InlineData("flag --port: '99999999999999999999' is not allowed; it takes an integer from 1 to 65535", "--port=99999999999999999999")]
    [InlineData("flag --shards: '0' is not allowed; it takes an integer from 1 to 1024", "--shards", "0")]
    [InlineData("flag --shards: '1025' is not allowed; it takes an integer from 1 to 1024", "--shards", "1025")]
    [InlineData("flag --workers: '-1' is not allowed; it takes an integer from 1 to 128", "--workers", "-1")]
    [InlineData("flag --maxclients: '0' is not allowed; it takes an integer from 1 to 4294967295", "--maxclients", "0")]
    [InlineData("flag --snapshot-interval: '-1' is not allowed; it takes an integer from 0 to 2147483647", "--snapshot-interval", "-1")]
    [InlineData("flag --fsync: 'never' is not allowed; it takes one of everysec, always, no", "--fsync", "never")]
    [InlineData("flag --eviction-policy: 'allkeys-lfu' is not allowed; it takes one of volatile-lru, volatile-ttl, "
        + "allkeys-lru, noeviction", "--eviction-policy", "allkeys-lfu")]
    [InlineData("flag --persistence: 'maybe' is not allowed; it takes on or off", "--persistence", "maybe")]
    [InlineData("flag --protected-mode: 'x' is not allowed; it takes yes or no", "--protected-mode", "x")]
    [InlineData("flag --memory-budget: '1.5g' is not allowed; it takes bytes, with k, m, g (1000) or kb, mb, gb (1024); 0 is unlimited",
        "--memory-budget", "1.5g")]
    [InlineData("flag --memory-budget: '9999999999gb' is not allowed; it takes bytes, with k, m, g (1000) or kb, mb, gb (1024); 0 is "
        + "unlimited", "--memory-budget", "9999999999gb")]
    [InlineData("flag --max-value-bytes: '513mb' is not allowed; it takes bytes from 1mb to 512mb, with k, m, g (1000) or kb, "
        + "mb, gb (1024)", "--max-value-bytes", "513mb")]
    [InlineData("flag --wal-fail-prob: '1.1' is not allowed; it takes a number from 0 to 1", "--wal-fail-prob", "1.1")]
    [InlineData("flag --wal-fail-prob: 'NaN' is not allowed; it takes a number from 0 to 1", "--wal-fail-prob", "NaN")]
    [InlineData("flag --data-dir: '' is not allowed; it takes the path of a folder", "--data-dir=")]
    [InlineData("flag --requirepass: 'a?b' is not allowed; it takes any text without control characters", "--requirepass", "a\nb")]
    [InlineData("flag --notify-keyspace-events: 'Q' is not allowed; it takes letters of Ag$lshzxeKEtmdn", "--notify-keyspace-events", "Q")]
    [InlineData("flag --log-level: 'loud' is not allowed; it takes one of debug, verbose, notice, warning", "--log-level", "loud")]
    [InlineData("flag --bind: '127.1' is not allowed; it takes IP addresses between commas (localhost is 127.0.0.1, * is 0.0.0.0)",
        "--bind", "127.1")]
    [InlineData("flag --bind: '127.0.0.1,' is not allowed; it takes IP addresses between commas (localhost is 127.0.0.1, * is 0.0.0.0)",
        "--bind", "127.0.0.1,")]
    [InlineData("flag --bind: 'kv.example' is not allowed; it takes IP addresses between commas (localhost is 127.0.0.1, * is 0.0.0.0)",
        "--bind", "kv.example")]
    [InlineData("flag --bind: 0.0.0.0 lets other machines in without a password: set --requirepass, or allow it with --protected-mode no",
        "--bind", "127.0.0.1,0.0.0.0")]
    [InlineData("flag --tls-cert: a certificate needs its key: set --tls-key too", "--tls-cert", "c.pem")]
    [InlineData("flag --tls-key: a key needs its certificate: set --tls-cert too", "--tls-key", "k.pem")]
    [InlineData("port (flag --port) and http-port (default) are both 9100: they must differ; --http-port 0 is no HTTP", "--port", "9100")]
    public void Parse_Mistake_IsRefusedInThisLine(string line, params string[] args) => Assert.Equal(line, Refused(args));

    [Theory]
    [InlineData("ORLEANSKV_PROT", "1", "unknown variable ORLEANSKV_PROT; did you mean ORLEANSKV_PORT?")]
    [InlineData("ORLEANSKV_XYZZY", "", "unknown variable ORLEANSKV_XYZZY")]
    [InlineData("ORLEANSKV_PORT", "1x", "variable ORLEANSKV_PORT: '1x' is not allowed; it takes an integer from 1 to 65535")]
    [InlineData("ORLEANSKV_CONFIG", "gone.json", "variable ORLEANSKV_CONFIG: cannot read gone.json: there is no such file")]
    public void Parse_MistakeInTheEnvironment_IsRefusedInThisLine(string name, string value, string line)
    {
        _variables[name] = value;
        Assert.Equal(line, Refused());
    }

    [Theory]
    [InlineData("""{ "prot": 1 }""", "file kv.json, $.prot: unknown setting; did you mean port?")]
    [InlineData("""{ "memory_budget": 1 }""", "file kv.json, $.memory_budget: unknown setting; did you mean memory-budget?")]
    [InlineData("""{ "maxmemory": 1 }""", "file kv.json, $.maxmemory: unknown setting; did you mean memory-budget?")]
    [InlineData("""{ "a b": 1 }""", "file kv.json, $['a b']: unknown setting")]
    [InlineData("""{ "port": 1, "port": 2 }""", "file kv.json, $.port: set twice")]
    [InlineData("""{ "port": "x" }""", "file kv.json, $.port: 'x' is not allowed; it takes an integer from 1 to 65535")]
    [InlineData("""{ "port": 1.5 }""", "file kv.json, $.port: '1.5' is not allowed; it takes an integer from 1 to 65535")]
    [InlineData("""{ "port": null }""", "file kv.json, $.port: null is not allowed; it takes an integer from 1 to 65535")]
    [InlineData("""{ "port": {} }""", "file kv.json, $.port: an object is not allowed; it takes an integer from 1 to 65535")]
    [InlineData("""{ "port": [1] }""", "file kv.json, $.port: such an array is not allowed; it takes an integer from 1 to 65535")]
    [InlineData("[]", "file kv.json, $: must be an object of settings, like {\"port\": 9090}")]
    [InlineData("{ \"port\": 1,\n  oops }", "file kv.json, line 2, byte 3: not valid JSON")]
    [InlineData("", "file kv.json, line 1, byte 1: not valid JSON")]
    [InlineData("""{ "tls-cert": "c.pem" }""", "file kv.json, $.tls-cert: a certificate needs its key: set --tls-key too")]
    public void Parse_MistakeInTheFile_IsRefusedInThisLine(string json, string line)
    {
        _files["kv.json"] = json;
        Assert.Equal(line, Refused("--config", "kv.json"));
    }

    [Fact]
    public void Parse_File_TakesNumbersStringsSwitchesArraysAndComments()
    {
        _files["kv.json"] = """
            {
              "$schema": "kv.schema.json", // for editors
              "port": 1001, "memory-budget": "2gb", "persistence": false, "protected-mode": true,
              "bind": ["127.0.0.1", "::1"], "wal-fail-prob": 0.25,
            }
            """;
        ServerOptions options = Run("--config", "kv.json");
        Assert.Equal((1001, 2L << 30, false, true, 0.25),
            (options.Port, options.MemoryBudgetBytes, options.Persistence, options.ProtectedMode, options.WalFailProbability));
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], options.Bind);
    }

    [Fact]
    public void Parse_HugeArgument_IsRefusedInAShortLine() => Assert.InRange(Refused("--port", new string('x', 100_000)).Length, 1, 250);

    [Fact]
    public void Options_ToString_HidesThePassword() => Assert.DoesNotContain("s3cret", Run("--requirepass", "s3cret").ToString());

    [Fact]
    public void Table_EverySetting_HasADefaultThatReadsBackAndItsVariable()
    {
        foreach (Setting setting in Table.All)
        {
            Assert.True(setting.Type.TryParse(setting.Type.Format(setting.DefaultValue), out object again), setting.Name);
            Assert.Equal(setting.Type.Format(setting.DefaultValue), setting.Type.Format(again));
            Assert.StartsWith("ORLEANSKV_", setting.Variable);
        }
    }

    [Fact]
    public void Help_EverySetting_IsThereWithItsDefaultAndNoLineIsTooLong()
    {
        string help = HelpText.Build(Table, "orleanskv", "Summary.");
        string flat = string.Join(' ', help.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        foreach (Setting setting in Table.All)
        {
            Assert.Contains($"\n  --{setting.Name} ", help);
            if (setting.Default.Length > 0) Assert.Contains($"default {setting.Default}]", flat);
        }

        Assert.Contains("--port PORT Port for Redis clients and line commands. [1 to 65535; default 9090]", flat);
        Assert.All(help.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
    }

    private OptionResult Parse(params string[] args) => OptionParser.Parse(new(args, _variables, Read), Table);

    private ServerOptions Run(params string[] args)
    {
        OptionResult result = Parse(args);
        Assert.Null(result.Error);
        return ServerOptions.From(result.Values!);
    }

    private string Refused(params string[] args)
    {
        OptionResult result = Parse(args);
        Assert.Equal(OptionAction.Refuse, result.Action);
        Assert.DoesNotContain('\n', result.Error!);
        return result.Error!;
    }

    private string Read(string file) => _files.TryGetValue(file, out string? text) ? text : throw new FileNotFoundException();
}
