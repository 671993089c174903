using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Dispatch;

/// <summary>A server that follows another one as a whole, or that others follow (docs/adr/0025, 0026). Any I/O thread.</summary>
internal interface ILinkControl
{
    /// <summary>Clients may not write. Cheap.</summary>
    bool IsFollower { get; }

    /// <summary>A whole copy is being loaded: keys cannot be read. Cheap.</summary>
    bool IsLoading { get; }

    LinksReport Report();

    /// <summary>REPLICAOF: follows a leader from now on; null, or an error ready to send.</summary>
    string? Follow(string host, int port);

    /// <summary>REPLICAOF NO ONE: null, or an error ready to send.</summary>
    string? Lead();

    /// <summary>REPLSTREAM: the connection becomes a follower's stream, or hears why not.</summary>
    void Open(Session session, in ArgList args);

    /// <summary>REPLACK: how far the follower of this connection is; no reply.</summary>
    void Acknowledge(Session session, in ArgList args);
}
