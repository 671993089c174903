using System.Diagnostics;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.Clients;

/// <summary>
/// What exporters, consoles and client libraries look for is there under Redis' names: every name that the redis-server of this machine
/// shows and this server does not is one of <see cref="RedisNames"/>.
/// </summary>
public sealed class RedisNamesTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Process _redis;
    private readonly RespClient _theirs;
    private readonly ServerProcess _server;
    private readonly RespClient _ours;

    public RedisNamesTests()
    {
        int port = FreePort.Next();
        _redis = RedisServer.Start(port, _folder.Path);
        _theirs = RespClient.Connect(port);
        _server = ServerProcess.Start(_folder.File("data"));
        _ours = _server.Connect();
        // As this server is: with a journal, and with a key and an error to show.
        Assert.Equal("OK", _theirs.Call("CONFIG", "SET", "appendonly", "yes"));
        foreach (RespClient client in (RespClient[])[_theirs, _ours])
        {
            Assert.Equal("OK", client.Call("SET", "k", "v", "EX", "1000"));
            Assert.StartsWith("-ERR", client.Call("INCR", "k"), StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        _theirs.Dispose();
        _ours.Dispose();
        _server.Dispose();
        _redis.Kill();
        _redis.WaitForExit();
        _redis.Dispose();
        _folder.Dispose();
    }

    [ToolFact("redis-server", "--version")]
    public void Info_HasEveryFieldOfRedis()
    {
        string[] theirs = Fields(_theirs), ours = Fields(_ours);
        Same(RedisNames.NoInfo, theirs, ours);
        Same([], Sections(_theirs), Sections(_ours));

        static string[] Fields(RespClient client) =>
            [.. Lines(client).Where(l => l.Contains(':')).Select(l => l[..l.IndexOf(':')]).Where(n => !IsOfOneCommand(n))];
        static string[] Sections(RespClient client) => [.. Lines(client).Where(l => l.StartsWith("# ", StringComparison.Ordinal))];
        static string[] Lines(RespClient client) => client.Call("INFO", "EVERYTHING")!.Split("\r\n");
        static bool IsOfOneCommand(string name) =>
            name.StartsWith("cmdstat_", StringComparison.Ordinal) || name.StartsWith("latency_percentiles_usec_", StringComparison.Ordinal);
    }

    // "cmdstat_set:calls=1,usec=5,...": the names of the parts.
    [ToolTheory("redis-server", "--version")]
    [InlineData("cmdstat_set:")]
    [InlineData("latency_percentiles_usec_set:")]
    [InlineData("errorstat_ERR:")]
    [InlineData("db0:")]
    public void Info_HasEveryPartOfAField(string start)
    {
        Same([], Parts(_theirs), Parts(_ours));

        string[] Parts(RespClient client)
        {
            string line = client.Call("INFO", "EVERYTHING")!.Split("\r\n").Single(l => l.StartsWith(start, StringComparison.Ordinal));
            return [.. line[start.Length..].Split(',').Select(p => p.Split('=')[0])];
        }
    }

    [ToolFact("redis-server", "--version")]
    public void ConfigGet_KnowsEveryNameOfRedis() => Same(RedisNames.NoSetting, Names(_theirs), Names(_ours));

    // Tools write back what they have read. What Redis lets be set takes its present value here; what it does not is refused in its words.
    [ToolFact("redis-server", "--version")]
    public void ConfigSet_OfWhatConfigGetShows_AnswersAsRedis()
    {
        (string Name, string? Theirs, string? Ours)[] answers =
            [.. Names(_theirs).Except(RedisNames.NoSetting.Keys)
                .Select(n => (n, SetAgain(_theirs, n), SetAgain(_ours, n))).Where(a => a.Item2 != a.Item3)];
        Assert.True(answers.Length == 0, string.Join('\n', answers.Select(a => $"{a.Name}: Redis {a.Theirs}, here {a.Ours}")));

        static string? SetAgain(RespClient client, string name) =>
            client.Call("CONFIG", "SET", name, Inside(client.Call("CONFIG", "GET", name)!).Split(", ", 2)[1]);
    }

    [ToolFact("redis-server", "--version")]
    public void ClientList_AndInfo_HaveEveryFieldOfRedis()
    {
        foreach (string subcommand in (string[])["LIST", "INFO"])
            Same(RedisNames.NoField, Fields(_theirs, subcommand), Fields(_ours, subcommand));

        static string[] Fields(RespClient client, string subcommand) =>
            [.. client.Call("CLIENT", subcommand)!.TrimEnd('\n').Split(' ').Select(f => f.Split('=')[0])];
    }

    [ToolFact("redis-server", "--version")]
    public void MemoryStats_HasEveryFieldOfRedis()
    {
        Same(RedisNames.NoField, Fields(_theirs), Fields(_ours));

        // "db.0" has a list of its own behind it; its parts are no names.
        static string[] Fields(RespClient client) => [.. Inside(client.Call("MEMORY", "STATS")!).Split(", ").Where(IsName)];
        static bool IsName(string word) =>
            word.Contains('.') && char.IsAsciiLetterLower(word[0]) && word != "db.0"
            && !word.StartsWith("overhead.hashtable", StringComparison.Ordinal);
    }

    [ToolTheory("redis-server", "--version")]
    [InlineData("MODULE LIST")]
    [InlineData("MODULE HELP")]
    [InlineData("MODULE LOAD /x")]
    [InlineData("MODULE LOADEX /x")]
    [InlineData("MODULE UNLOAD x")]
    [InlineData("MODULE")]
    [InlineData("MODULE x")]
    [InlineData("COMMAND INFO module|list")]
    public void Modules_AreAnsweredAsByARedisWithoutAny(string line) =>
        Assert.Equal(_theirs.Call(line.Split(' ')), _ours.Call(line.Split(' ')));

    private static string Inside(string array) => array[1..^1];

    private static string[] Names(RespClient client) =>
        [.. Inside(client.Call("CONFIG", "GET", "*")!).Split(", ").Where((_, i) => i % 2 == 0)];

    // A name that is listed as missing and is there is a stale line of the list.
    private static void Same(Dictionary<string, string> leftOut, string[] theirs, string[] ours)
    {
        Assert.True(theirs.Length > 0, "Redis showed nothing");
        Assert.Equal(leftOut.Keys.Order(StringComparer.Ordinal), theirs.Except(ours).Order(StringComparer.Ordinal));
    }
}
