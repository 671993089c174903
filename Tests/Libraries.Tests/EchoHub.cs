using Microsoft.AspNetCore.SignalR;

namespace OrleansKv.Libraries.Tests;

/// <summary>Sends what one client says to all clients, of all servers.</summary>
public sealed class EchoHub : Hub
{
    public Task Say(string text) => Clients.All.SendAsync("heard", text);
}
