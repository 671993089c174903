using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansKv.Client;
using OrleansKv.Silo.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Silo.Tests.Client;

/// <summary>An application connects to a node of another process with one call, or is told why it cannot.</summary>
public sealed class ConnectTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    /// <summary>Time for a connection that succeeds: 5 s, the default, is short on a machine whose processors are held by others.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private SiloProcess Node => fixture.Node;

    [Fact]
    public async Task Connect_ToOneOfSeveralEndpoints_ReachesTheStore()
    {
        string nobody = $"127.0.0.1:{FreePort.Next()}";
        await using OrleansKvConnection connection = await OrleansKvConnection.ConnectAsync(
            Patient(nobody, $"localhost:{Node.GatewayPort}"));
        await connection.Store.SetAsync("one", 1);
        Assert.Equal(1, await connection.Store.GetAsync<int>("one"));
        Assert.Equal("1", Node.Call("GET", "one"));
    }

    [Fact]
    public async Task Host_HasTheStoreBeforeItsServicesStart_AndLogsALine()
    {
        var log = new CollectingLogger();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(log);
        builder.Services.AddHostedService<FirstUser>();
        builder.AddOrleansKvClient(fixture.Endpoint);
        builder.Services.Configure<OrleansKvClientOptions>(static o => o.ConnectTimeout = Patience);
        using IHost host = builder.Build();
        await host.StartAsync();
        Assert.Equal("started", await host.Services.GetRequiredService<IKeyValueStore>().GetAsync<string>("first-user"));
        await host.StopAsync();
        IEnumerable<string> lines = log.Lines.Where(static l => l.Contains("rleans", StringComparison.Ordinal) && l[0] is not ('D' or 'T'));
        Assert.Contains("Connected to the OrleansKv cluster orleanskv", Assert.Single(lines), StringComparison.Ordinal);
        Assert.Equal("stopped", Node.Call("GET", "first-user")); // the connection is closed after the services
    }

    [Fact]
    public async Task Connect_ToEndPoints_ReachesTheStore()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var name = new DnsEndPoint("localhost", Node.GatewayPort);
        builder.Services.AddOrleansKvClient(name, new IPEndPoint(IPAddress.Loopback, Node.GatewayPort));
        builder.Services.Configure<OrleansKvClientOptions>(static o => o.ConnectTimeout = Patience);
        using IHost host = builder.Build();
        await host.StartAsync();
        Assert.False(await host.Services.GetRequiredService<IKeyValueStore>().ExistsAsync("absent"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Connect_WhereNobodyListens_SaysSo()
    {
        int port = FreePort.Next();
        Assert.Contains($"127.0.0.1:{port} nobody listens there", await Refusal($"127.0.0.1:{port}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ToANameThatNobodyKnows_SaysSo() =>
        Assert.Contains("no-such-host.invalid:30000", await Refusal("no-such-host.invalid"), StringComparison.Ordinal);

    [Fact]
    public async Task Connect_ToAnotherCluster_NamesBoth()
    {
        string refusal = await Refusal(fixture.Endpoint, o =>
        {
            o.ClusterId = "default";
            o.ConnectTimeout = TimeSpan.FromMinutes(10); // it does not wait for that
        });
        Assert.Contains("'default'", refusal, StringComparison.Ordinal);
        Assert.Contains("'orleanskv'", refusal, StringComparison.Ordinal);
        Assert.Contains("--cluster-id", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ToThePortForRedisClients_SaysSo() =>
        Assert.Contains("is a port for Redis clients", await Refusal($"127.0.0.1:{Node.Port}"), StringComparison.Ordinal);

    [Fact]
    public async Task Connect_ToThePortForHttp_SaysSo() =>
        Assert.Contains("is a port for HTTP", await Refusal($"127.0.0.1:{Node.HttpPort}"), StringComparison.Ordinal);

    [Fact]
    public async Task Connect_ToThePortForOtherNodes_NamesTheRightOne() =>
        Assert.Contains("--gateway-port", await Refusal($"127.0.0.1:{Node.SiloPort}"), StringComparison.Ordinal);

    [Fact]
    public async Task Connect_WithTlsToANodeWithout_SaysSo()
    {
        using var folder = new TempFolder();
        using var authority = new SiloCertificates(folder.Path, "authority");
        Assert.Contains("does not speak TLS", await Refusal(fixture.Endpoint, o => o.Tls = Tls(authority)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ToANodeWithTls_NeedsACertificateOfItsAuthority()
    {
        using var folder = new TempFolder();
        using var authority = new SiloCertificates(folder.Path, "authority");
        using var stranger = new SiloCertificates(folder.Path, "stranger");
        using var node = new SiloProcess("node", folder.File("node")) { GatewayPort = FreePort.Next() };
        node.Start(["--persistence", "off", .. authority.Issue()]);
        string endpoint = $"127.0.0.1:{node.GatewayPort}";
        TimeSpan handshake = TimeSpan.FromSeconds(8); // its processor work has to fit, on busy cores, too
        Assert.Contains("asks for TLS: set Tls", await Refusal(endpoint, o => o.ConnectTimeout = handshake), StringComparison.Ordinal);
        Assert.Contains(
            "TLS handshake failed", await Refusal(endpoint, o => (o.Tls, o.ConnectTimeout) = (Tls(stranger), handshake)),
            StringComparison.Ordinal);
        await using OrleansKvConnection connection = await OrleansKvConnection.ConnectAsync(Options(endpoint, o =>
        {
            o.Tls = Tls(authority);
            o.ConnectTimeout = Patience;
        }));
        await connection.Store.SetAsync("a", "1");
        Assert.Equal("1", node.Call("GET", "a"));
    }

    [Fact]
    public async Task Connection_FindsItsNodeAgain_AfterARestart()
    {
        using var folder = new TempFolder();
        using var node = new SiloProcess("node", folder.File("node")) { GatewayPort = FreePort.Next() };
        node.Start();
        await using OrleansKvConnection connection = await OrleansKvConnection.ConnectAsync(Patient($"127.0.0.1:{node.GatewayPort}"));
        await connection.Store.SetAsync("a", "1");
        node.Terminate();
        node.Start();
        await Poll.UntilAsync("the connection to be back", async () => await connection.Store.GetAsync<string>("a") == "1");
    }

    [Theory]
    [InlineData("", "is none")]
    [InlineData("127.0.0.1:http", "is none")]
    [InlineData("127.0.0.1:0", "is none")]
    [InlineData("127.0.0.1:65536", "is none")]
    [InlineData("a b:1", "is none")]
    [InlineData(null, "name a node")]
    public async Task Endpoints_ThatAreNone_AreRefusedByName(string? endpoint, string problem)
    {
        string[] endpoints = endpoint is null ? [] : [endpoint];
        OptionsValidationException refused =
            await Assert.ThrowsAsync<OptionsValidationException>(() => OrleansKvConnection.ConnectAsync(endpoints));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    private static OrleansKvClientOptions Patient(params string[] endpoints)
    {
        var options = new OrleansKvClientOptions { ConnectTimeout = Patience };
        foreach (string endpoint in endpoints) options.Endpoints.Add(endpoint);
        return options;
    }

    private static OrleansKvClientOptions Options(string endpoint, Action<OrleansKvClientOptions>? more = null)
    {
        var options = new OrleansKvClientOptions { Endpoints = { endpoint } };
        more?.Invoke(options);
        return options;
    }

    // The time to connect is less than by default: no node comes while a test waits. What is there has to say what it is in this time.
    private static async Task<string> Refusal(string endpoint, Action<OrleansKvClientOptions>? more = null) =>
        (await Assert.ThrowsAsync<KeyValueStoreException>(() => OrleansKvConnection.ConnectAsync(Options(endpoint, o =>
        {
            o.ConnectTimeout = TimeSpan.FromSeconds(3);
            more?.Invoke(o);
        })))).Message;

    private static OrleansKvTlsOptions Tls(SiloCertificates authority)
    {
        string[] flags = authority.Issue(); // each with its file behind it
        return new OrleansKvTlsOptions { CertificateFile = flags[1], KeyFile = flags[3], AuthorityFile = flags[5] };
    }

    private sealed class FirstUser(IKeyValueStore store) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken) =>
            await store.SetAsync("first-user", "started", cancellationToken: cancellationToken);

        public async Task StopAsync(CancellationToken cancellationToken) =>
            await store.SetAsync("first-user", "stopped", cancellationToken: cancellationToken);
    }
}
