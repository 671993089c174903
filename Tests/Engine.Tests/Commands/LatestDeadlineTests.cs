using System.Text;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Commands;

/// <summary>
/// An entry has 48 bits for its deadline, ms since the Unix epoch (the year 10889). Redis takes 63: what does not fit is refused, and
/// never becomes another time.
/// </summary>
public sealed class LatestDeadlineTests : IDisposable
{
    private const long Latest = (1L << 48) - 1;

    private readonly CommandHost _host = new();

    public void Dispose() => _host.Dispose();

    public static TheoryData<string, string, long> Latests()
    {
        long now;
        using (var host = new CommandHost()) now = host.NowMs;
        return new()
        {
            { "pexpireat", "pexpireat k {0}", Latest },
            { "expireat", "expireat k {0}", Latest / 1000 },
            { "pexpire", "pexpire k {0}", Latest - now },
            { "expire", "expire k {0}", (Latest - now) / 1000 },
            { "set", "set k v pxat {0}", Latest },
            { "set", "set k v exat {0}", Latest / 1000 },
            { "set", "set k v px {0}", Latest - now },
            { "set", "set k v ex {0}", (Latest - now) / 1000 },
            { "getex", "getex k pxat {0}", Latest },
            { "getex", "getex k exat {0}", Latest / 1000 },
            { "getex", "getex k px {0}", Latest - now },
            { "getex", "getex k ex {0}", (Latest - now) / 1000 },
            { "psetex", "psetex k {0} v", Latest - now },
            { "setex", "setex k {0} v", (Latest - now) / 1000 },
        };
    }

    [Theory]
    [MemberData(nameof(Latests))]
    public void LatestTime_IsKept_AndALaterOneRefused(string command, string line, long latest)
    {
        foreach (long later in (long[])[latest + 1, long.MaxValue / 1000, long.MaxValue])
        {
            _host.Do("set k v");
            Assert.Equal($"-ERR invalid expire time in '{command}' command\r\n", _host.Do(Of(line, later)));
            Assert.Equal(":-1\r\n", _host.Do("pexpiretime k"));
        }

        Assert.NotEqual('-', _host.Do(Of(line, latest))[0]);
        long deadline = long.Parse(_host.Do("pexpiretime k")[1..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(deadline, Latest - 999, Latest);
    }

    [Fact]
    public void Restore_TakesNoLaterTime()
    {
        byte[] payload = Engine.Commands.Text.RdbString.Write("v"u8);
        const string Refusal = "-ERR invalid expire time in 'restore' command\r\n";
        Assert.Equal(Refusal, Restore(Latest + 1, "ABSTTL"));
        Assert.Equal(Refusal, Restore(long.MaxValue, "ABSTTL"));
        Assert.Equal(Refusal, Restore(long.MaxValue, "REPLACE"));
        Assert.Equal(Refusal, Restore(Latest - _host.NowMs + 1, "REPLACE"));
        Assert.Equal(":0\r\n", _host.Do("exists k"));
        Assert.Equal("+OK\r\n", Restore(Latest, "ABSTTL"));
        Assert.Equal($":{Latest}\r\n", _host.Do("pexpiretime k"));

        string Restore(long ttl, string option) =>
            Encoding.Latin1.GetString(
                _host.Run(CommandHost.Bytes("restore"), CommandHost.Bytes("k"), CommandHost.Bytes($"{ttl}"), payload,
                    CommandHost.Bytes(option)));
    }

    private static string Of(string line, long time) => string.Format(System.Globalization.CultureInfo.InvariantCulture, line, time);
}
