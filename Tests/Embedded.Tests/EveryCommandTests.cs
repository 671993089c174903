using System.Text;
using OrleansKv.Embedded.Tests.Support;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Hosting;
using OrleansKv.Hosting.Options;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Embedded.Tests;

/// <summary>
/// Every data command, called with few and with many words that mean nothing: it answers once, without a defect, and the connection stays
/// in step. A call without the key that its command has once closed it.
/// </summary>
public sealed class EveryCommandTests
{
    public static TheoryData<string> Names => [.. DataCommands.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void AnyWords_AreAnsweredOnce(string name)
    {
        using var store = NodeStore.InMemory(new StoreOptions { RunHousekeeper = false });
        var config = new RuntimeConfig(
            OptionParser.Parse(new OptionInputs([], new Dictionary<string, string>(), File.ReadAllText), ServerSettings.Table(1)).Values!,
            null);
        var host = new StoreHost(store, config, _ => { });
        var defects = new List<Exception>();
        var gateway = new GatewayServer(new LocalShardDispatcher(store, isVolatile: true), TimeProvider.System)
        {
            Control = host,
            Config = config,
            Faults = new FaultReporter((_, failure) => defects.Add(failure)),
        };
        host.Front = gateway;
        Session session = gateway.Sessions.TryOpen(gateway, new NoConnection(), 10)!;
        var worker = new Worker(0, store.CreateLockSet());
        foreach (string word in (string[])["help", "1", "", "-1", "k"])
        {
            for (int words = 1; words <= 9; words++)
            {
                string request = Request([.. name.Split('|'), .. Enumerable.Repeat(word, words - 1)]) + Request("ping", "in-step");
                Assert.Equal(request.Length, session.Process(Encoding.ASCII.GetBytes(request), worker));
                string reply = Encoding.Latin1.GetString(session.Output.Written);
                Assert.EndsWith("$7\r\nin-step\r\n", reply, StringComparison.Ordinal);
                Assert.DoesNotContain("internal error", reply, StringComparison.Ordinal);
                Assert.True(reply.Length > "$7\r\nin-step\r\n".Length, "the command has no reply");
                session.Output.Release();
            }
        }

        Assert.Empty(defects);
    }

    private static string Request(params string[] words) =>
        $"*{words.Length}\r\n" + string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n"));
}
