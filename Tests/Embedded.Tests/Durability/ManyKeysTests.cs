using System.Globalization;
using System.Text;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.Durability;

/// <summary>One command with more words than Redis 6 took (1,048,576): Redis 7 takes 2,147,483,647.</summary>
public sealed class ManyKeysTests : IDisposable
{
    private const int Pairs = 600_000;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MSet_OfSixHundredThousandPairs_SurvivesAKillWhole()
    {
        string folder = _folder.File("data");
        using (ServerProcess server = ServerProcess.Start(folder))
        {
            using RespClient client = server.Connect();
            client.SendRaw(MSet());
            Assert.Equal("OK", client.Read());
            Assert.Equal("OK", client.Call("SET", "after", "v"));
            server.Kill();
        }

        using ServerProcess again = ServerProcess.Start(folder);
        using RespClient reader = again.Connect();
        Assert.Equal($":{Pairs + 1}", reader.Call("DBSIZE"));
        Assert.Equal("[v0, v599999, v]", reader.Call("MGET", "k0", "k599999", "after"));
    }

    private static byte[] MSet()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{(2 * Pairs) + 1}\r\n$4\r\nMSET\r\n");
        for (int i = 0; i < Pairs; i++)
        {
            int digits = i.ToString(CultureInfo.InvariantCulture).Length + 1;
            text.Append(CultureInfo.InvariantCulture, $"${digits}\r\nk{i}\r\n${digits}\r\nv{i}\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
