using Microsoft.Extensions.Time.Testing;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Tests.Support;

namespace OrleansKv.Gateway.Tests.Support;

/// <summary>A whole gateway but for sockets and shards, with a clock that the test moves. One thread.</summary>
internal sealed class TestGateway
{
    private int _nextPort = 50_001;

    public TestGateway(params string[] settings)
        : this(null, settings)
    {
    }

    public TestGateway(IShardDispatcher? dispatcher, params string[] settings)
    {
        Config = new RuntimeConfig(SettingValues.Defaults(ServerSettings.Table(1)), null);
        if (settings.Length > 0 && Config.Set(settings) is { } error) throw new ArgumentException(error);
        Server = new GatewayServer(
            dispatcher ?? Dispatcher, Time) { Control = Host, Config = Config, Faults = new((_, failure) => Faults.Add(failure)) };
        Host.Server = Server;
        WorkerMetrics = Server.Metrics.AddWorker();
        Worker = new Worker(0, null!, WorkerMetrics); // locks belong to shards: the fake has none
    }

    public FakeTimeProvider Time { get; } = TestTime.New();

    public FakeDispatcher Dispatcher { get; } = new();

    public FakeHost Host { get; } = new();

    public RuntimeConfig Config { get; }

    public GatewayServer Server { get; }

    public WorkerMetrics WorkerMetrics { get; }

    public Worker Worker { get; }

    /// <summary>Exceptions that commands threw: always a defect.</summary>
    public List<Exception> Faults { get; } = [];

    public SessionDriver Connect()
    {
        var connection = new FakeConnection(_nextPort++);
        return new SessionDriver(this, Server.Sessions.TryOpen(Server, connection, int.MaxValue)!);
    }
}
