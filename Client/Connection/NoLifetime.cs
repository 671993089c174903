using Microsoft.Extensions.Hosting;

namespace OrleansKv.Client.Connection;

/// <summary>The connection's own host ends with the connection: signals to the process are the application's.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
