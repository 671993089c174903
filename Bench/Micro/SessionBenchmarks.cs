using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using OrleansKv.Embedded;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Hosting;
using OrleansKv.Hosting.Options;

namespace OrleansKv.Bench.Micro;

/// <summary>
/// The whole path of a command but the socket: bytes that a client sent in, replies out, for a pipeline of 16. The column Allocated shows
/// what a command costs the collector.
/// </summary>
[MemoryDiagnoser]
public class SessionBenchmarks
{
    private const int Pipeline = 16;

    private byte[] _gets = [];
    private byte[] _sets = [];
    private NodeStore _store = null!;
    private Session _session = null!;
    private Worker _worker = null!;

    [GlobalSetup]
    public void Setup()
    {
        _store = NodeStore.InMemory(new StoreOptions { RunHousekeeper = false });
        var config = new RuntimeConfig(
            OptionParser.Parse(new OptionInputs([], new Dictionary<string, string>(), File.ReadAllText), ServerSettings.Table(1)).Values!,
            null);
        var host = new StoreHost(_store, config, _ => { });
        var gateway = new GatewayServer(
            new LocalShardDispatcher(_store, isVolatile: true), TimeProvider.System) { Control = host, Config = config };
        host.Front = gateway;
        _session = gateway.Sessions.TryOpen(gateway, new NoConnection(), 1)!;
        _worker = new Worker(0, _store.CreateLockSet(), gateway.Metrics.AddWorker());
        _sets = Requests(i => $"*3\r\n$3\r\nSET\r\n$16\r\nkey:{i:D12}\r\n$64\r\n{new string('v', 64)}\r\n");
        _gets = Requests(i => $"*2\r\n$3\r\nGET\r\n$16\r\nkey:{i:D12}\r\n");
        Set();
    }

    [GlobalCleanup]
    public void Cleanup() => _store.Dispose();

    [Benchmark(OperationsPerInvoke = Pipeline)]
    public int Get() => Run(_gets);

    [Benchmark(OperationsPerInvoke = Pipeline)]
    public int Set() => Run(_sets);

    private static byte[] Requests(Func<int, string> request) =>
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, Pipeline).Select(request)));

    private int Run(byte[] requests)
    {
        int taken = _session.Process(requests, _worker);
        _session.Output.Release();
        return taken;
    }

    private sealed class NoConnection : IConnection
    {
        public EndPoint? Remote => null;

        public EndPoint? Local => null;

        public long PendingBytes => 0;

        public void Wake()
        {
        }

        public void Kill()
        {
        }
    }
}
