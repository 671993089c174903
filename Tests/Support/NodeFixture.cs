namespace OrleansKv.Tests.Support;

/// <summary>A real node in a process of its own, as applications find it; the tests use keys of their own.</summary>
public sealed class NodeFixture : IDisposable
{
    private readonly TempFolder _folder = new();

    public NodeFixture()
    {
        Node = new SiloProcess("node", _folder.File("node")) { GatewayPort = FreePort.Next() };
        try
        {
            Node.Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public SiloProcess Node { get; }

    /// <summary>Where clients of Orleans find it.</summary>
    public string Endpoint => $"127.0.0.1:{Node.GatewayPort}";

    public void Dispose()
    {
        Node.Dispose();
        _folder.Dispose();
    }
}
