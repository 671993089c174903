namespace OrleansKv.Engine.Registers;

/// <summary>Messages between a proposer and an acceptor. The numbers are on the wire.</summary>
public enum PeerMessageKind : byte
{
    /// <summary><see cref="PeerHello"/>, the first message of a connection.</summary>
    Hello = 1,

    /// <summary><see cref="PeerWelcome"/>.</summary>
    Welcome = 2,

    /// <summary><see cref="PeerRefusal"/>; the connection ends behind it.</summary>
    Refusal = 3,

    /// <summary><see cref="RegisterRequest"/>.</summary>
    Request = 4,

    /// <summary><see cref="RegisterReply"/>.</summary>
    Reply = 5,

    /// <summary>
    /// <see cref="PeerBook"/>: before the first request with a newer acceptor set, so that who is asked can ask the others, too.
    /// </summary>
    Book = 6,
}
