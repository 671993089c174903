using System.Text.RegularExpressions;
using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Commands;

/// <summary>ACL LOG and GENPASS, with the replies' form as redis-server 7.0.15 has it.</summary>
public sealed class AclLogTests
{
    private readonly TestGateway _gateway = new("requirepass", "sesame");

    [Fact]
    public void Log_FailedLogins_AreCountedByUserAndCommand_TheNewestFirst()
    {
        SessionDriver client = _gateway.Connect();
        foreach (string line in new[] { "auth wrong", "AUTH nobody x", "auth wrong", "hello 3 auth default no" }) client.Do(line);
        client.Do("auth sesame");
        string log = client.Do("acl log");
        Assert.StartsWith("*3\r\n*14\r\n$5\r\ncount\r\n:1\r\n$6\r\nreason\r\n$4\r\nauth\r\n$7\r\ncontext\r\n$8\r\ntoplevel\r\n"
            + "$6\r\nobject\r\n$5\r\nhello\r\n$8\r\nusername\r\n$7\r\ndefault\r\n$11\r\nage-seconds\r\n$1\r\n0\r\n"
            + "$11\r\nclient-info\r\n", log);
        Assert.Equal(["1 hello default", "2 auth default", "1 AUTH nobody"], Entries(log));
        Assert.DoesNotContain("wrong", log); // no password
        Assert.Equal(["1 hello default"], Entries(client.Do("acl log 1")));
        client.Do("acl log reset");
        Assert.Equal("*0\r\n", client.Do("acl log"));
    }

    [Fact]
    public void Log_AlikeOnes_AreOneEntryWithinAMinute_AndTheOldestGoesBeyond128()
    {
        SessionDriver client = _gateway.Connect();
        client.Do("auth wrong");
        _gateway.Time.Advance(TimeSpan.FromSeconds(61));
        client.Do("auth wrong");
        _gateway.Time.Advance(TimeSpan.FromSeconds(60));
        client.Do("auth wrong");
        client.Do("auth sesame");
        Assert.Equal(["2 auth default", "1 auth default"], Entries(client.Do("acl log")));

        for (int i = 0; i < 128; i++) client.Do($"auth user{i} x");
        string[] entries = Entries(client.Do("acl log 1000"));
        Assert.Equal(128, entries.Length);
        Assert.Equal(("1 auth user127", "1 auth user0"), (entries[0], entries[^1]));
    }

    [Fact]
    public void GenPass_IsAnotherOneEachTime_OfSoManyBits()
    {
        SessionDriver client = _gateway.Connect();
        client.Do("auth sesame");
        Assert.Matches("^\\$64\r\n[0-9a-f]{64}\r\n$", client.Do("acl genpass"));
        Assert.Matches("^\\$2\r\n[0-9a-f]{2}\r\n$", client.Do("acl genpass 5"));
        Assert.NotEqual(client.Do("acl genpass"), client.Do("acl genpass"));
    }

    private static string[] Entries(string log) => [.. Regex.Matches(log,
        @"count\r\n:(\d+)\r\n.*?object\r\n\$\d+\r\n(\w+)\r\n\$8\r\nusername\r\n\$\d+\r\n(\w+)", RegexOptions.Singleline)
        .Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value} {m.Groups[3].Value}")];
}
