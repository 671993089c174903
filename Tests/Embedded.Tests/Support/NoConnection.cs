using System.Net;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Embedded.Tests.Support;

/// <summary>A session's other side, for tests that give it bytes and read its output themselves.</summary>
internal sealed class NoConnection : IConnection
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
