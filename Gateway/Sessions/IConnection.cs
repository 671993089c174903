using System.Net;

namespace OrleansKv.Gateway.Sessions;

/// <summary>The transport's side of a session. Any thread may call it.</summary>
internal interface IConnection
{
    EndPoint? Remote { get; }

    EndPoint? Local { get; }

    /// <summary>Bytes of replies that the peer has not taken yet.</summary>
    long PendingBytes { get; }

    /// <summary>What it holds now.</summary>
    ConnectionMemory Memory => default;

    /// <summary>Asks the connection's thread to look at the session again: deliveries to send, a suspension to end.</summary>
    void Wake();

    /// <summary>Asks it to close now, whatever the peer has not taken yet; the session says why (<see cref="Session.Killed"/>).</summary>
    void Kill();
}
