using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansKv.Cluster.Tests.Dispatch.Support;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Gateway.Transport.Streams;

namespace OrleansKv.Cluster.Tests.Dispatch;

/// <summary>The portable transport over the dispatcher: its workers go from one connection to the next.</summary>
public sealed class StreamTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DispatchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task WorkerOfAConnectionThatClosed_WithACallAway_ServesTheNext()
    {
        int workers = 0;
        using var transport = new StreamTransport(_bench.Gateway.Server, null, id =>
        {
            workers++;
            return new Worker(id, null!);
        });
        byte[] get = Encoding.ASCII.GetBytes(SessionDriver.Encode("get", _bench.Key(0)));
        using (Socket first = Connect(transport))
        {
            Task called = NextCall();
            first.Send(get);
            await called.WaitAsync(Patience);
        }

        _bench.Shard[0].Answer();
        // The next connections use the worker as soon as it is free; each has a command for the same shard.
        for (int i = 0; i < 3; i++)
        {
            using Socket next = Connect(transport);
            Task called = NextCall();
            next.Send(get);
            await called.WaitAsync(Patience);
            _bench.Shard[0].Answer();
            var reply = new byte[5];
            Assert.Equal(5, next.Receive(reply));
            Assert.Equal("$-1\r\n", Encoding.ASCII.GetString(reply));
        }

        Assert.InRange(workers, 1, 4);
    }

    private Task NextCall() => (_bench.Shard[0].Called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private static Socket Connect(StreamTransport transport)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var client = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        client.Connect(listener.LocalEndPoint!);
        transport.Adopt(listener.Accept());
        return client;
    }
}
