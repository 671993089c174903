using System.Text;
using OrleansKv.Embedded.Tests.Support;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Hosting;
using OrleansKv.Hosting.Options;
using OrleansKv.Protocol;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests;

/// <summary>
/// The path of a command, from bytes in to bytes out, with and without a journal, with one key and with several shards locked, allocates
/// nothing.
/// </summary>
public sealed class AllocationTests
{
    private const int Pipeline = 16;
    private const int Batches = 5_000;
    private static readonly string Value = new('v', 64);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GetAndSet_InSteadyState_AllocateNothing(bool persistent) => Check(persistent, i => i % 2 == 0
        ? Request("SET", Key(i), Value)
        : Request("GET", Key(i - 1)));

    // Eight keys are in about eight of the 32 shards, in no order: the lock set sorts them.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MGetAndMSet_OfManyShards_AllocateNothing(bool persistent) => Check(persistent, i => i % 2 == 0
        ? Request(["MSET", .. Enumerable.Range(i, 8).SelectMany(k => new[] { Key(k), Value })])
        : Request(["MGET", .. Enumerable.Range(i, 8).Select(Key)]));

    private static void Check(bool persistent, Func<int, string> requestOf)
    {
        using var folder = new TempFolder();
        var options = new StoreOptions { RunHousekeeper = false, SnapshotIntervalMs = 0 };
        using NodeStore store = persistent ? NodeStore.Open(options, new PhysicalDisk(folder.Path)) : NodeStore.InMemory(options);
        // On a busy machine any command can take 10 ms, and what SLOWLOG keeps of it is not garbage of the path.
        var inputs = new OptionInputs(["--slowlog-log-slower-than", "-1"], new Dictionary<string, string>(), File.ReadAllText);
        var config = new RuntimeConfig(OptionParser.Parse(inputs, ServerSettings.Table(1)).Values!, null);
        var dispatcher = new LocalShardDispatcher(store, isVolatile: !persistent);
        var host = new StoreHost(store, config, _ => { });
        var gateway = new GatewayServer(dispatcher, TimeProvider.System) { Control = host, Config = config };
        host.Front = gateway;
        Session session = gateway.Sessions.TryOpen(gateway, new NoConnection(), 10)!;
        var worker = new Worker(0, store.CreateLockSet(), gateway.Metrics.AddWorker());
        byte[] requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, Pipeline).Select(requestOf)));

        Run(1_000); // statistics, buffers and pools grow to their size
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(Batches);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // A journal buffer or segment list may grow once; a single object a command would be 24 B x 80,000.
        Assert.InRange(allocated, 0, Pipeline * Batches / 10);

        void Run(int batches)
        {
            for (int i = 0; i < batches; i++)
            {
                int taken = session.Process(requests, worker);
                store.Commit(store.Appended, Protocol.Durability.No);
                // Assert.Equal allocates.
                if (taken != requests.Length || session.Output.Written[0] != (byte)'+') Assert.Fail("the commands did not run");
                session.Output.Release();
            }
        }
    }

    private static string Key(int number) => $"key:{number:D12}";

    private static string Request(params string[] words) =>
        $"*{words.Length}\r\n" + string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n"));
}
