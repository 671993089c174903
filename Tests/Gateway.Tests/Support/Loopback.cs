using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansKv.Gateway.Transport;
using Xunit;

namespace OrleansKv.Gateway.Tests.Support;

/// <summary>Real sockets between a test and a transport.</summary>
internal static class Loopback
{
    /// <summary>Longest wait before a test fails, ms.</summary>
    private const int PatienceMs = 60_000;

    public static Socket Connect(ITransport transport)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = PatienceMs };
        client.Connect(listener.LocalEndPoint!);
        transport.Adopt(listener.Accept());
        return client;
    }

    /// <summary>So many bytes, fewer if the end comes first.</summary>
    public static string Read(Socket client, int length)
    {
        var bytes = new byte[length];
        int at = 0;
        while (at < length && client.Receive(bytes, at, length - at, SocketFlags.None) is > 0 and var read) at += read;
        return Encoding.ASCII.GetString(bytes, 0, at);
    }

    /// <summary>Waits for something that another thread is about to do.</summary>
    public static void Await(Func<bool> isSo, string what) =>
        Assert.True(SpinWait.SpinUntil(isSo, PatienceMs), $"waited in vain for {what}");
}
