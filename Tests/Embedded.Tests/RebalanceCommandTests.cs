using System.Text;
using OrleansKv.Embedded.Tests.Support;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Hosting;

namespace OrleansKv.Embedded.Tests;

public sealed class RebalanceCommandTests
{
    [Fact]
    public void Rebalance_ToAnyNumber_SaysFromWhereToWhere()
    {
        using var store = NodeStore.InMemory(new StoreOptions { ShardCount = 32, RunHousekeeper = false });
        Assert.Equal("+OK the store has 32 shards already\r\n", Rebalance(store, "32")); // it once said: from 0 to 32
        Assert.Matches(@"^\+OK moving \d+ of 16384 slots to go from 32 to 40 shards\r\n$", Rebalance(store, "40"));
        Assert.StartsWith("-ERR a rebalance is under way", Rebalance(store, "40"));
        Assert.StartsWith("-ERR the number of shards must be 1 to ", Rebalance(store, "+40"));
    }

    private static string Rebalance(NodeStore store, string shards)
    {
        var config = new RuntimeConfig(SettingValues.Defaults(ServerSettings.Table(1)), null);
        var host = new StoreHost(store, config, _ => { });
        var gateway = new GatewayServer(new LocalShardDispatcher(store, isVolatile: true), TimeProvider.System) { Control = host,
            Config = config, Faults = new FaultReporter((_, _) => { }) };
        host.Front = gateway;
        Session session = gateway.Sessions.TryOpen(gateway, new NoConnection(), 10)!;
        session.Process(Encoding.ASCII.GetBytes($"rebalance {shards}\r\n"), new Worker(0, store.CreateLockSet()));
        return Encoding.ASCII.GetString(session.Output.Written);
    }
}
