using Microsoft.Extensions.Hosting;

namespace OrleansKv.Client.Connection;

/// <summary>
/// Opens the connection before any service of the application starts, a silo among them, and closes it after all have stopped: grains that
/// are activated by the start, or write while they are deactivated, find the store.
/// </summary>
internal sealed class ConnectionService(OrleansKvConnection connection) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => connection.OpenAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken) => await connection.DisposeAsync();
}
