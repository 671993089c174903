using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansKv.Libraries.Tests;

/// <summary>Microsoft.AspNetCore.SignalR.StackExchangeRedis: two web servers whose clients hear each other.</summary>
[Collection(LibraryCollection.Name)]
public sealed class SignalRTests(ServerFixture fixture)
{
    [Fact]
    public async Task Messages_ReachTheClientsOfTheOtherServer()
    {
        await using WebApplication first = await StartAsync(), second = await StartAsync();
        await using HubConnection speaker = await ConnectAsync(first), listener = await ConnectAsync(second);
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.On<string>("heard", heard.SetResult);
        await speaker.InvokeAsync(nameof(EchoHub.Say), "hello");
        Assert.Equal("hello", await heard.Task.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.Services.AddSignalR().AddStackExchangeRedis(fixture.Address);
        WebApplication app = builder.Build();
        app.MapHub<EchoHub>("/echo");
        await app.StartAsync();
        return app;
    }

    private static async Task<HubConnection> ConnectAsync(WebApplication app)
    {
        HubConnection connection = new HubConnectionBuilder().WithUrl($"{app.Urls.First()}/echo").Build();
        await connection.StartAsync();
        return connection;
    }
}
