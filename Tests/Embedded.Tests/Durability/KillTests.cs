using System.Globalization;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests.Durability;

/// <summary>kill -9 under load: every write that was answered is there afterwards, and nothing is there that was not sent.</summary>
public sealed class KillTests
{
    private const int Writers = 4;
    private const int Pipeline = 8;

    [Theory]
    [InlineData("always", 2_000)]
    [InlineData("everysec", 40_000)]
    [InlineData("no", 40_000)]
    public void Kill9_UnderLoad_EveryAcknowledgedWriteIsThere(string fsync, int killAfter)
    {
        using var folder = new TempFolder();
        int[] acknowledged = new int[Writers];
        int[] sent = new int[Writers];
        using (ServerProcess server = ServerProcess.Start(folder.Path, "--fsync", fsync))
        {
            int total = 0;
            using var enough = new ManualResetEventSlim();
            Thread[] threads = Enumerable.Range(0, Writers).Select(writer => new Thread(() =>
            {
                using RespClient client = server.Connect();
                try
                {
                    for (int i = 0; ; i += Pipeline)
                    {
                        Volatile.Write(ref sent[writer], i + Pipeline);
                        for (int k = i; k < i + Pipeline; k++) client.Send("SET", Key(writer, k), Value(writer, k));
                        for (int k = i; k < i + Pipeline; k++)
                        {
                            if (client.Read() != "OK") return;
                            Volatile.Write(ref acknowledged[writer], k + 1);
                            if (Interlocked.Increment(ref total) == killAfter) enough.Set();
                        }
                    }
                }
                catch (Exception end) when (end is IOException or System.Net.Sockets.SocketException)
                {
                    // The server is gone: what was answered until now counts.
                }
            })).ToArray();
            foreach (Thread thread in threads) thread.Start();
            Assert.True(enough.Wait(TimeSpan.FromSeconds(120)), "the writers did not get far enough:\n" + server.Printed);
            server.Kill();
            foreach (Thread thread in threads) thread.Join();
        }

        using ServerProcess again = ServerProcess.Start(folder.Path, "--fsync", fsync);
        using RespClient reader = again.Connect();
        for (int writer = 0; writer < Writers; writer++)
        {
            for (int k = 0; k < sent[writer]; k++)
            {
                string? value = reader.Call("GET", Key(writer, k));
                if (k < acknowledged[writer]) Assert.Equal(Value(writer, k), value);
                else Assert.True(value is null || value == Value(writer, k), $"writer {writer}, key {k}: '{value}' was never sent");
            }
        }

        int size = int.Parse(reader.Call("DBSIZE")![1..], CultureInfo.InvariantCulture);
        Assert.InRange(size, acknowledged.Sum(), sent.Sum());
    }

    [Fact]
    public void Kill9_DuringSnapshots_EveryAcknowledgedWriteIsThere()
    {
        using var folder = new TempFolder();
        int acknowledged = 0;
        using (ServerProcess server = ServerProcess.Start(folder.Path, "--fsync", "no"))
        {
            using RespClient client = server.Connect();
            using RespClient other = server.Connect();
            for (int round = 0; round < 5; round++)
            {
                other.Send("BGSAVE");
                for (int i = 0; i < 2_000; i++)
                {
                    Assert.Equal("OK", client.Call("SET", Key(0, acknowledged), Value(0, acknowledged)));
                    acknowledged++;
                }

                other.Read();
            }

            other.Send("BGSAVE");
            server.Kill();
        }

        using ServerProcess again = ServerProcess.Start(folder.Path);
        using RespClient reader = again.Connect();
        for (int k = 0; k < acknowledged; k++) Assert.Equal(Value(0, k), reader.Call("GET", Key(0, k)));
        Assert.Equal($":{acknowledged}", reader.Call("DBSIZE"));
    }

    private static string Key(int writer, int k) => $"key:{writer}:{k}";

    private static string Value(int writer, int k) => $"value-{writer}-{k}-" + new string((char)('a' + (k % 26)), 20 + (k % 50));
}
