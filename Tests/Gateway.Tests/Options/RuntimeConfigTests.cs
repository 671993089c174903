using OrleansKv.Gateway.Options;
using OrleansKv.Hosting.Options;
using OrleansKv.Protocol;
using Xunit;

namespace OrleansKv.Gateway.Tests.Options;

/// <summary>CONFIG GET, SET and REWRITE. The errors are what redis-server 7.0.15 answered, but for our own ranges and lists.</summary>
public sealed class RuntimeConfigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kv-config-").FullName;
    private readonly RuntimeConfig _config = New();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false, "no")]
    [InlineData(true, "yes")]
    public void Get_ClusterEnabled_IsWhatTheHostSays(bool isCluster, string expected)
    {
        var config = new RuntimeConfig(SettingValues.Defaults(ServerSettings.Table(1)), null, isCluster);
        Assert.Equal([new("cluster-enabled", expected)], config.Get("cluster-enabled"));
    }

    [Theory]
    [InlineData("ERR wrong number of arguments for 'config|set' command")]
    [InlineData("ERR wrong number of arguments for 'config|set' command", "maxmemory")]
    [InlineData("ERR syntax error", "maxmemory", "1", "foo")]
    [InlineData("ERR Unknown option or number of arguments for CONFIG SET - 'foo'", "foo", "bar")]
    [InlineData("ERR Unknown option or number of arguments for CONFIG SET - 'foo'", "maxmemory", "1", "foo", "2")]
    [InlineData("ERR Unknown option or number of arguments for CONFIG SET - 'foo'", "foo", "2", "databases", "1")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'databases') - can't set immutable config", "databases", "1", "foo",
        "2")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'databases') - can't set immutable config", "databases", "3")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'dir') - can't set protected config", "dir", "/tmp")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'maxmemory') - duplicate parameter", "maxmemory", "1", "maxmemory",
        "2")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'memory-budget') - duplicate parameter", "maxmemory", "1",
        "memory-budget", "2")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value", "maxmemory", "abc")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value", "maxmemory", "-1")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value", "maxmemory", "1 k")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'appendfsync') - argument(s) must be one of the following: "
        + "everysec, always, no", "appendfsync", "x")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'loglevel') - argument(s) must be one of the following: debug, "
        + "verbose, notice, warning", "loglevel", "x")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'protected-mode') - argument must be 'yes' or 'no'", "protected-mode",
        "on")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'maxclients') - argument must be between 1 and 4294967295 inclusive",
        "maxclients", "0")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'maxclients') - argument couldn't be parsed into an integer",
        "maxclients", "abc")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'maxclients') - argument couldn't be parsed into an integer",
        "maxclients", "")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'timeout') - argument must be between 0 and 2147483647 inclusive",
        "timeout", "-5")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an integer", "timeout",
        "01")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'Timeout') - argument couldn't be parsed into an integer", "Timeout",
        "x")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'slowlog-log-slower-than') - argument must be between -1 and "
        + "9223372036854775807 inclusive", "slowlog-log-slower-than", "-2")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'save') - Invalid save parameters", "save", "x")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'save') - Invalid save parameters", "save", "0 1")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'notify-keyspace-events') - Invalid event class character. Use "
        + "'Ag$lshzxeKEtmdn'.", "notify-keyspace-events", "Q")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'proto-max-bulk-len') - argument must be a memory value",
        "proto-max-bulk-len", "x")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'proto-max-bulk-len') - argument must be between 1048576 and "
        + "536870912 inclusive", "proto-max-bulk-len", "1")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Wrong number of arguments in buffer "
        + "limit configuration.", "client-output-buffer-limit", "normal")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Wrong number of arguments in buffer "
        + "limit configuration.", "client-output-buffer-limit", "normal 1 2")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Wrong number of arguments in buffer "
        + "limit configuration.", "client-output-buffer-limit", " pubsub 3 3 3")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Invalid client class specified in "
        + "buffer limit configuration.", "client-output-buffer-limit", "master 1 2 3")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Invalid client class specified in "
        + "buffer limit configuration.", "client-output-buffer-limit", "normal 0 0 0 foo 1 2 3")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Invalid client class specified in "
        + "buffer limit configuration.", "client-output-buffer-limit", "pubsub  3  3  3 ")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Invalid client class specified in "
        + "buffer limit configuration.", "client-output-buffer-limit", "\"pubsub 4 4 4\"")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Error in hard, soft or soft_seconds "
        + "setting in buffer limit configuration.", "client-output-buffer-limit", "normal x 2 3")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Error in hard, soft or soft_seconds "
        + "setting in buffer limit configuration.", "client-output-buffer-limit", "normal 1 x 3")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Error in hard, soft or soft_seconds "
        + "setting in buffer limit configuration.", "client-output-buffer-limit", "normal 1 2 x")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Error in hard, soft or soft_seconds "
        + "setting in buffer limit configuration.", "client-output-buffer-limit", "normal 1 2 -1")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Error in hard, soft or soft_seconds "
        + "setting in buffer limit configuration.", "client-output-buffer-limit", "normal -1 2 3")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Error in hard, soft or soft_seconds "
        + "setting in buffer limit configuration.", "client-output-buffer-limit", "pubsub 1.5mb 0 0")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Error in hard, soft or soft_seconds "
        + "setting in buffer limit configuration.", "client-output-buffer-limit", "normal 0 0 1s")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Error in hard, soft or soft_seconds "
        + "setting in buffer limit configuration.", "client-output-buffer-limit", "pubsub 0 0 2147483648")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Error in hard, soft or soft_seconds "
        + "setting in buffer limit configuration.", "client-output-buffer-limit", "pubsub 100 +5 0")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'client-query-buffer-limit') - argument must be between 1048576 and "
        + "9223372036854775807 inclusive", "client-query-buffer-limit", "1")]
    public void Set_Mistake_IsAnsweredAsRedisDoesAndChangesNothing(string error, params string[] words)
    {
        SettingValues before = _config.Values;
        Assert.Equal(error, _config.Set(words));
        Assert.Same(before, _config.Values);
    }

    [Fact]
    public void Set_OneOfTwoWrong_ChangesNeitherAndTellsNobody()
    {
        int told = 0;
        _config.OnChange((_, _) => told++);
        Assert.NotNull(_config.Set("maxmemory", "1gb", "appendfsync", "x"));
        Assert.Equal((0L, 0), (_config.Current.MemoryBudgetBytes, told));
        Assert.Null(_config.Set("maxmemory", "1gb", "appendfsync", "always"));
        Assert.Equal((1L << 30, Durability.Always, 1), (_config.Current.MemoryBudgetBytes, _config.Current.Fsync, told));
    }

    [Fact]
    public void Set_Changed_ListenersSeeOldAndNewAndSourceIsRuntime()
    {
        var seen = new List<(long Old, long New)>();
        _config.OnChange((old, now) => seen.Add((old.MaxClients, now.MaxClients)));
        Assert.Null(_config.Set("maxclients", "5"));
        Assert.Null(_config.Set("maxclients", "5")); // no change, nobody is told
        Assert.Equal([(10000L, 5L)], seen);
        Assert.Equal("CONFIG SET maxclients", _config.Values.SourceOf("maxclients").Where);
    }

    [Fact]
    public void Set_PasswordAwayWhileOpenToOthers_IsRefused()
    {
        RuntimeConfig open = New("--bind", "0.0.0.0", "--requirepass", "x");
        Assert.StartsWith("ERR CONFIG SET failed (possibly related to argument 'requirepass') - ", open.Set("requirepass", ""));
        Assert.Equal("x", open.Current.RequirePass);
        Assert.Null(open.Set("protected-mode", "no", "requirepass", ""));
    }

    [Theory]
    [InlineData("maxmemory", "1M", "1000000")]
    [InlineData("maxmemory", "", "0")]
    [InlineData("maxmemory-policy", "NOEVICTION", "noeviction")]
    [InlineData("save", "900 1 300 10", "300 1")]
    [InlineData("save", "", "")]
    [InlineData("notify-keyspace-events", "KEA", "AKE")]
    [InlineData("notify-keyspace-events", "KEg$lshzxe", "g$lshzxeKE")]
    [InlineData("notify-keyspace-events", "KEAmn", "AKEmn")]
    [InlineData("slowlog-log-slower-than", "-1", "-1")]
    [InlineData("client-output-buffer-limit", "", "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60")]
    [InlineData("client-output-buffer-limit", "normal 1 2 3", "normal 1 2 3 slave 268435456 67108864 60 pubsub 33554432 8388608 60")]
    [InlineData("client-output-buffer-limit", "replica 4 5 6", "normal 0 0 0 slave 4 5 6 pubsub 33554432 8388608 60")]
    [InlineData("client-output-buffer-limit", "NORMAL 1mb 2kb 60 pubsub 1 1 1 pubsub  0 +5",
        "normal 1048576 2048 60 slave 268435456 67108864 60 pubsub 0 0 5")]
    [InlineData("client-output-buffer-limit", "pubsub 1gb 1g 007",
        "normal 0 0 0 slave 268435456 67108864 60 pubsub 1073741824 1000000000 7")]
    [InlineData("client-output-buffer-limit", "slave 18446744073709551615 9223372036854775808 0",
        "normal 0 0 0 slave 18446744073709551615 9223372036854775808 0 pubsub 33554432 8388608 60")]
    [InlineData("client-query-buffer-limit", "99gb", "106300440576")]
    [InlineData("wal-fail-prob", "0.5", "0.5")]
    public void Get_AfterSet_ShowsRedisForm(string name, string given, string shown)
    {
        Assert.Null(_config.Set(name, given));
        Assert.Equal([new(name, shown)], _config.Get(name));
    }

    [Theory]
    [InlineData("port", "9090")]
    [InlineData("bind", "127.0.0.1")]
    [InlineData("databases", "1")]
    [InlineData("appendonly", "yes")]
    [InlineData("appendfsync", "everysec")]
    [InlineData("save", "300 1")]
    [InlineData("maxmemory-policy", "allkeys-lru")]
    [InlineData("proto-max-bulk-len", "536870912")]
    [InlineData("replica-read-only", "yes")]
    [InlineData("client-output-buffer-limit", "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60")]
    [InlineData("client-query-buffer-limit", "1073741824")]
    public void Get_Name_ShowsTheDefaultAsRedisWould(string name, string value) => Assert.Equal([new(name, value)], _config.Get(name));

    [Fact]
    public void Get_Patterns_MatchAnyCaseOnceEachAndPlainNamesComeBackAsAsked()
    {
        Assert.Equal(["MaxMemory"], Names("MaxMemory"));
        Assert.Equal(["slowlog-log-slower-than", "slowlog-max-len"], Names("SLOWLOG*"));
        Assert.Equal(["slowlog-max-len", "slowlog-log-slower-than"], Names("slowlog-max-len", "slowlog*"));
        Assert.Empty(_config.Get("nosuch"));
        Assert.Equal(Path.GetFullPath("./data"), _config.Get("dir")[0].Value);
        Assert.Equal(["http-port", "cluster-announce-port"], Names("http-port", "*announce-port").Where(n => n[0] is 'h' or 'c'));
    }

    [Theory]
    [InlineData("hz", "10")]
    [InlineData("activedefrag", "NO")]
    [InlineData("auto-aof-rewrite-min-size", "64mb")]
    [InlineData("repl-backlog-size", "64mb")]
    [InlineData("masterauth", "")]
    [InlineData("stop-writes-on-bgsave-error", "no")]
    public void Set_OfWhatIsSo_IsTaken(string name, string value)
    {
        SettingValues before = _config.Values;
        Assert.Null(_config.Set(name, value, "maxmemory", "0"));
        Assert.Same(before, _config.Values);
    }

    [Theory]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'hz') - argument couldn't be parsed into an integer", "hz", "often")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'lazyfree-lazy-expire') - argument must be 'yes' or 'no'", "hz", "20",
        "lazyfree-lazy-expire", "1")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'repl-timeout') - it is always '60' on this server", "hz", "20",
        "repl-timeout", "5")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'activedefrag') - it is always 'no' on this server", "maxmemory", "5",
        "activedefrag", "yes")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'auto-aof-rewrite-min-size') - it is always '67108864' on this "
        + "server", "auto-aof-rewrite-min-size", "2mb")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'repl-backlog-size') - can't set immutable config",
        "repl-backlog-size", "2mb")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'hz') - duplicate parameter", "hz", "10", "hz", "10")]
    [InlineData("ERR CONFIG SET failed (possibly related to argument 'daemonize') - can't set immutable config", "daemonize", "no")]
    public void Set_OfWhatWouldHaveNoEffect_IsRefused(string error, params string[] words)
    {
        SettingValues before = _config.Values;
        Assert.Equal(error, _config.Set(words));
        Assert.Same(before, _config.Values);
        Assert.Equal("10", Assert.Single(_config.Get("hz")).Value);
    }

    /// <summary>It means nothing here, but a script that sets it goes on.</summary>
    [Theory]
    [InlineData("hz", "100", "100")]
    [InlineData("list-max-listpack-size", "-5", "-5")]
    [InlineData("active-defrag-ignore-bytes", "50mb", "52428800")]
    [InlineData("lazyfree-lazy-eviction", "YES", "yes")]
    public void Set_OfWhatTunesRedisAlone_IsKept(string name, string value, string shown)
    {
        SettingValues before = _config.Values;
        Assert.Null(_config.Set(name, value));
        Assert.Equal(shown, Assert.Single(_config.Get(name)).Value);
        Assert.Same(before, _config.Values);
    }

    [Theory]
    [InlineData(false, "15000", "yes")]
    [InlineData(true, null, "no")]
    public void Get_OfAClustersNode_SaysWhatItDoes(bool isCluster, string? timeout, string coverage)
    {
        var config = new RuntimeConfig(SettingValues.Defaults(ServerSettings.Table(1)), null, isCluster);
        Assert.Equal(timeout, config.Get("cluster-node-timeout").Select(p => p.Value).SingleOrDefault());
        Assert.Equal([new("cluster-require-full-coverage", coverage)], config.Get("cluster-require-full-coverage"));
    }

    [Fact]
    public void Rewrite_NoFile_IsRefusedAsInRedis() => Assert.Equal("ERR The server is running without a config file", _config.Rewrite());

    [Fact]
    public void Rewrite_File_KeepsItsKeysAddsChangesAndReadsBack()
    {
        string file = Path.Combine(_folder, "kv.json");
        File.WriteAllText(file, """{ "http-port": 0, /* gone */ "maxclients": 10 }""");
        RuntimeConfig config = New("--config", file, "--port", "7000");
        Assert.Null(config.Set("maxclients", "20", "maxmemory", "2gb", "wal-fail-prob", "0.1"));
        Assert.Null(config.Rewrite());
        string expected = """
            {
              "http-port": 0,
              "maxclients": 20,
              "port": 7000,
              "memory-budget": "2gb",
              "wal-fail-prob": 0.1
            }

            """;
        Assert.Equal(expected, File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFiles(_folder));
        RuntimeConfig again = New("--config", file);
        Assert.Equal((20L, 2L << 30, 7000), (again.Current.MaxClients, again.Current.MemoryBudgetBytes, again.Current.Port));
    }

    [Fact]
    public void Rewrite_EverySettingOffItsDefault_ReadsBackTheSame()
    {
        string file = Path.Combine(_folder, "kv.json");
        File.WriteAllText(file, "{}");
        RuntimeConfig config = New(
            "--config", file, "--port", "1", "--http-port", "2", "--bind", "127.0.0.1,::1", "--protected-mode", "no", "--requirepass",
            "a\"b\\c é",
            "--tls-cert", "c", "--tls-key", "k", "--maxclients", "3", "--timeout", "4", "--tcp-keepalive", "5", "--max-value-bytes", "6mb",
            "--output-limit", "7k", "--client-query-buffer-limit", "2mb", "--data-dir", "d", "--persistence", "off", "--fsync", "no",
            "--shards", "8", "--snapshot-interval", "9",
            "--memory-budget", "10mb", "--eviction-policy", "volatile-ttl", "--replica-of", "::1:7", "--masterauth", "p", "--masteruser",
            "u", "--tls-replication", "yes", "--tls-ca", "f", "--repl-backlog", "17kb", "--workers", "11", "--log-level", "debug",
            "--slowlog-log-slower-than", "-1", "--slowlog-max-len", "12", "--latency-monitor-threshold", "13",
            "--notify-keyspace-events", "KEA", "--wal-delay", "14", "--wal-fail-prob", "0.015", "--snapshot-delay", "16");
        Assert.All(config.Values.Table.All, s => Assert.NotEqual(OptionSource.Default, config.Values.SourceOf(s.Name)));
        Assert.Null(config.Rewrite());
        RuntimeConfig again = New("--config", file);
        foreach (Setting setting in again.Values.Table.All)
        {
            Assert.Equal(OptionSourceKind.File, again.Values.SourceOf(setting.Name).Kind);
            Assert.Equal(setting.Type.Format(config.Values.Get<object>(setting.Name)),
                setting.Type.Format(again.Values.Get<object>(setting.Name)));
        }
    }

    [Fact]
    public void Rewrite_Unix_KeepsTheModeAndTheLink()
    {
        if (OperatingSystem.IsWindows()) return;
        string file = Path.Combine(_folder, "real.json"), link = Path.Combine(_folder, "link.json");
        File.WriteAllText(file, "{}");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.CreateSymbolicLink(link, file);
        RuntimeConfig config = New("--config", link);
        Assert.Null(config.Set("timeout", "7"));
        Assert.Null(config.Rewrite());
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Contains("\"timeout\": 7", File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(file));
    }

    [Fact]
    public void Rewrite_FolderGone_IsOneLineAndNoCrash()
    {
        string inner = Directory.CreateDirectory(Path.Combine(_folder, "inner")).FullName, file = Path.Combine(inner, "kv.json");
        File.WriteAllText(file, "{}");
        RuntimeConfig config = New("--config", file);
        Directory.Delete(inner, recursive: true);
        string error = config.Rewrite()!;
        Assert.StartsWith("ERR Rewriting config file: ", error);
        Assert.DoesNotContain('\n', error);
    }

    private static RuntimeConfig New(params string[] args)
    {
        OptionResult result =
            OptionParser.Parse(new(args, new Dictionary<string, string>(), File.ReadAllText), ServerSettings.Table(processors: 2));
        Assert.Null(result.Error);
        return new RuntimeConfig(result.Values!, result.ConfigFile);
    }

    private IEnumerable<string> Names(params string[] patterns) => _config.Get(patterns).Select(p => p.Key);
}
