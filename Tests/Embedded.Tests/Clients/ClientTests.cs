using System.Globalization;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.Clients;

/// <summary>Stock clients, unmodified. Their scripts are in Tests/Clients.</summary>
public sealed class ClientTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ServerProcess _server;

    public ClientTests() => _server = ServerProcess.Start(_folder.Path);

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    private string Port => _server.Port.ToString(CultureInfo.InvariantCulture);

    [ToolFact("/usr/bin/python3", "-c", "import redis")]
    public void RedisPy() => Assert.Equal("ok", Tool.Run("/usr/bin/python3", null, "redis_py.py", Port).Trim());

    [ToolFact("node", "--input-type=module", "--eval", "await import('ioredis')")]
    public void IoRedis() => Assert.Equal("ok", Tool.Run("node", null, "ioredis.mjs", Port).Trim());

    [ToolFact("node", "--input-type=module", "--eval", "await import('redis')")]
    public void NodeRedis() => Assert.Equal("ok", Tool.Run("node", null, "node_redis.mjs", Port).Trim());

    [ToolFact("node", "--input-type=module", "--eval", "await import('connect-redis')")]
    public void ConnectRedis() => Assert.Equal("ok", Tool.Run("node", null, "connect_redis.mjs", Port).Trim());

    [ToolFact("node", "--input-type=module", "--eval", "await import('@keyv/redis')")]
    public void Keyv() => Assert.Equal("ok", Tool.Run("node", null, "keyv.mjs", Port).Trim());

    [ToolFact("redis-cli", "--version")]
    public void RedisCli_RespAndInline_AndTheLineCommands()
    {
        Assert.Equal("OK\n", Tool.Run("redis-cli", null, "-p", Port, "SET", "a", "1"));
        Assert.Equal("1\n", Tool.Run("redis-cli", null, "-3", "-p", Port, "GET", "a"));
        string replies = Tool.Run("redis-cli", "PUT b 2 100\nGET b\nCONTAINS b\nDELETE b\nCONTAINS b\n", "-p", Port);
        Assert.Equal("OK\n2\n1\n1\n0\n", replies);
        Assert.Contains("embedded", Tool.Run("redis-cli", null, "-p", Port, "NODES"));
    }

    [ToolFact("redis-benchmark", "--version")]
    public void RedisBenchmark_RunsAllOfItsStringTests()
    {
        string printed = Tool.Run("redis-benchmark", null, "-p", Port, "-q", "-n", "5000", "-c", "20", "-P", "8", "-t",
            "ping_inline,ping_mbulk,set,get,incr,mset", "-r", "1000");
        Assert.DoesNotContain("rror", printed.Replace("WARNING", "", StringComparison.Ordinal));
        Assert.Contains("MSET", printed);
    }

    // With its defaults it comes to LPUSH behind INCR, and ends there: so does each of its tests of another type.
    [ToolTheory("redis-benchmark", "--version")]
    [InlineData("lpush", "'LPUSH': this server has strings, and no lists")]
    [InlineData("rpush", "'RPUSH': this server has strings, and no lists")]
    [InlineData("lpop", "'LPOP': this server has strings, and no lists")]
    [InlineData("rpop", "'RPOP': this server has strings, and no lists")]
    [InlineData("lrange_100", "'LPUSH': this server has strings, and no lists")]
    [InlineData("sadd", "'SADD': this server has strings, and no sets")]
    [InlineData("spop", "'SPOP': this server has strings, and no sets")]
    [InlineData("hset", "'HSET': this server has strings, and no hashes")]
    [InlineData("zadd", "'ZADD': this server has strings, and no sorted sets")]
    [InlineData("zpopmin", "'ZPOPMIN': this server has strings, and no sorted sets")]
    [InlineData("set,get,incr,lpush", "'LPUSH': this server has strings, and no lists")]
    public void RedisBenchmark_OfAnotherType_EndsAtOnceWithASentence(string tests, string sentence) =>
        Assert.Contains("Error from server: ERR unknown command " + sentence,
            Tool.RunToFailure("redis-benchmark", "-p", Port, "-q", "-n", "1000", "-t", tests));

    [ToolFact("sh", "-c", "redis-server --version && /usr/bin/python3 --version")]
    public void RandomCommands_AnswerAsRedisDoes_ByteForByte()
    {
        int port = FreePort.Next();
        using System.Diagnostics.Process redis = RedisServer.Start(port, _folder.Path);
        try
        {
            int seed = Environment.TickCount & 0xFFFFFF;
            Tool.Run("/usr/bin/python3", null, "differential.py", port.ToString(CultureInfo.InvariantCulture), Port,
                seed.ToString(CultureInfo.InvariantCulture), "6000");
        }
        finally
        {
            redis.Kill();
            redis.WaitForExit();
        }
    }

    [Fact]
    public void Batch_IsOneGroup_AndKeepsTheConnectionInStep()
    {
        using RespClient client = _server.Connect();
        client.SendRaw("BATCH 4\r\nPUT a 1\r\nINCR a\r\nNOSUCH x\r\nGET a\r\nPING\r\n"u8);
        Assert.Equal("[OK, :2, -ERR unknown command 'NOSUCH', with args beginning with: 'x' , 2]", client.Read());
        Assert.Equal("PONG", client.Read());
    }
}
