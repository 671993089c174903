using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Sessions;

/// <summary>Runs a command that belongs to the connection or the server; writes exactly one reply to the session's output.</summary>
internal delegate void SessionHandler(Session session, in ArgList args);
