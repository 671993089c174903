using OrleansKv.Tests.Support;
using StackExchange.Redis;

namespace OrleansKv.Libraries.Tests;

/// <summary>A real embedded server, and a connection to it by StackExchange.Redis; the tests use keys of their own.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private ServerProcess? _server;

    public string Address => $"127.0.0.1:{_server!.Port}";

    public ConnectionMultiplexer Redis { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _server = ServerProcess.Start(_folder.Path);
        Redis = await ConnectionMultiplexer.ConnectAsync(Address);
    }

    public async Task DisposeAsync()
    {
        if (Redis is not null) await Redis.DisposeAsync();
        _server?.Dispose();
        _folder.Dispose();
    }
}
