using System.Net.Sockets;

namespace OrleansKv.Gateway.Transport;

/// <summary>Serves accepted sockets until disposed.</summary>
internal interface ITransport : IDisposable
{
    /// <summary>Takes the socket over; it is closed by the transport. Any thread.</summary>
    void Adopt(Socket socket);
}
