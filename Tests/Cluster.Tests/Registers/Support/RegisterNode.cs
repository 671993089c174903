using System.Net;
using Microsoft.Extensions.Logging;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Registers;
using OrleansKv.Silo.Options;
using OrleansKv.Silo.Registers;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Registers.Support;

/// <summary>A node's part in the control plane, in this process: a folder and a port of loopback. One thread.</summary>
internal sealed class RegisterNode(string name, string? folder) : IDisposable
{
    private RegisterStore? _store;

    public string Name => name;

    /// <summary>Its control port.</summary>
    public int Port { get; set; } = FreePort.NextSilo() + FreePort.ControlPortOffset;

    public RegisterStore Store => _store!;

    public bool Runs => _store is not null;

    public async Task<RegisterNode> Start(RegisterNode? join = null, string cluster = "test", TimeSpan? answerWithin = null)
    {
        var options = new RegisterStoreOptions(cluster, name, new IPEndPoint(IPAddress.Loopback, Port), "127.0.0.1",
            join is null ? [] : [new DnsEndPoint("127.0.0.1", join.Port)], null);
        if (answerWithin is { } within) options = options with { AnswerWithin = within };
        IDisk? disk = folder is null ? null : new PhysicalDisk(folder);
        _store = await RegisterStore.Start(options, disk, new CollectingLogger().For<RegisterStore>(), CancellationToken.None);
        return this;
    }

    public void Stop()
    {
        _store?.Dispose();
        _store = null;
    }

    public void Dispose() => Stop();

    /// <summary>Makes the acceptors those that they should be for these nodes.</summary>
    public static async Task Adjust(params RegisterNode[] nodes)
    {
        (AcceptorId, bool)[] all = [.. nodes.Select(n => (n.Store.Acceptor, true))];
        RegisterStore driver = nodes[0].Store;
        await Poll.UntilAsync("the acceptors to be those that they should be", async () =>
        {
            while (await driver.Adjust(all))
            {
                // the next step
            }

            return !driver.Set.IsJoint && AcceptorRules.Next(driver.Set, all) is null;
        });
    }
}
