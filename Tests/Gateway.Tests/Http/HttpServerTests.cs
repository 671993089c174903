using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OrleansKv.Gateway.Http;
using OrleansKv.Gateway.Metrics.Reports;
using Xunit;

namespace OrleansKv.Gateway.Tests.Http;

/// <summary>The HTTP port over real loopback sockets, on a port that the system chose.</summary>
public sealed class HttpServerTests : IAsyncLifetime
{
    private readonly FakeMetricsSource _source = new();
    private readonly List<string> _errors = [];
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private HttpServer _server = null!;
    private Uri _base = null!;

    public async Task InitializeAsync()
    {
        (HttpServer? server, string? error) = await HttpServer.StartAsync([IPAddress.Loopback], 0, _source, _errors.Add);
        Assert.Null(error);
        _server = server!;
        _base = new Uri(_server.Addresses.Single());
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Metrics_NoFormat_IsJsonWithTheReportsNumbers()
    {
        using HttpResponseMessage answer = await GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        using JsonDocument json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        JsonElement root = json.RootElement;
        Assert.Equal(1_048_576, root.GetProperty("keyspace").GetProperty("keys").GetInt64());
        Assert.Equal(0.96, root.GetProperty("keyspace").GetProperty("hitRatio").GetDouble(), 6);
        Assert.Equal(60, root.GetProperty("throughput").GetProperty("opsHistory").GetArrayLength());
        JsonElement get = root.GetProperty("commands").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "get");
        Assert.True(get.GetProperty("p50Us").GetDouble() <= get.GetProperty("p99Us").GetDouble());
        Assert.True(get.GetProperty("p999Us").GetDouble() <= get.GetProperty("maxUs").GetDouble());
        Assert.Equal(8, root.GetProperty("shards").GetArrayLength());
        Assert.False(root.GetProperty("journal").TryGetProperty("failure", out _)); // null is left out
    }

    [Fact]
    public async Task Metrics_PersistenceOff_LeavesJournalOut()
    {
        _source.Persistence = false;
        using JsonDocument json = JsonDocument.Parse(await _client.GetStringAsync(new Uri(_base, "/metrics")));
        Assert.False(json.RootElement.TryGetProperty("journal", out _));
        Assert.DoesNotContain("orleanskv_journal", await _client.GetStringAsync(new Uri(_base, "/metrics?format=prometheus")));
    }

    [Theory]
    [InlineData(null, "text/plain;version=0.0.4", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("prometheus", "application/json", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("json", "text/plain", "application/json; charset=utf-8")]
    [InlineData(null, "*/*", "application/json; charset=utf-8")]
    [InlineData(null, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json; charset=utf-8")]
    [InlineData(null, "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.6,*/*;q=0.1",
        "application/openmetrics-text; version=1.0.0; charset=utf-8")]
    [InlineData(null, "text/plain;q=0.2,application/json", "application/json; charset=utf-8")]
    [InlineData(null, ";;;nonsense", "application/json; charset=utf-8")]
    public async Task Metrics_QueryAndAccept_ChooseTheFormat(string? format, string accept, string contentType)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(_base, "/metrics" + (format is null ? "" : "?format=" + format)));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using HttpResponseMessage answer = await _client.SendAsync(request);
        Assert.Equal(contentType, answer.Content.Headers.NonValidated["Content-Type"].ToString());
    }

    [Fact]
    public async Task Metrics_UnknownFormat_IsRefused()
    {
        using HttpResponseMessage answer = await GetAsync("/metrics?format=xml");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("format must be json, prometheus or openmetrics\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Ready_WhileRecoveringAndAfterFailure_Is503WithTheReason()
    {
        using (HttpResponseMessage ready = await GetAsync("/health/ready"))
        {
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
            Assert.Equal("""{"ready":true,"state":"ready"}""", await ready.Content.ReadAsStringAsync());
        }

        _source.Now = HealthReport.Recovering("42 % of 3 segments read");
        using (HttpResponseMessage recovering = await GetAsync("/health/ready"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, recovering.StatusCode);
            Assert.Contains("42 % of 3 segments read", await recovering.Content.ReadAsStringAsync());
        }

        _source.Now = HealthReport.Failed("journal: no space left");
        using HttpResponseMessage failed = await GetAsync("/health/ready"), live = await GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    // For load balancers: who takes a node out that does its part makes another node's fault larger. For alarms there is the other path.
    [Fact]
    public async Task Health_WhenOnlyAnotherNodesSlotsAreMissing_IsReadyButTheClusterIsNot()
    {
        _source.Now = HealthReport.Degraded("5461 of 16384 slots are not served: node b is down with 11 shards");
        using HttpResponseMessage ready = await GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("""{"ready":true,"state":"degraded","reason":"5461 of 16384 slots are not served: node b is down with 11 shards"}""",
            await ready.Content.ReadAsStringAsync());
        _source.IsWhole = false;
        using HttpResponseMessage cluster = await GetAsync("/health/cluster");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, cluster.StatusCode);
        Assert.Contains("node b is down with 11 shards", await cluster.Content.ReadAsStringAsync());
        _source.IsWhole = true;
        using HttpResponseMessage whole = await GetAsync("/health/cluster");
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
    }

    [Fact]
    public async Task Page_IsOneFileThatLoadsNothingElse()
    {
        using HttpResponseMessage answer = await GetAsync("/");
        string html = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("<title>OrleansKv</title>", html);
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.DoesNotContain("src=\"", html);
        Assert.DoesNotContain("@import", html);
        Assert.DoesNotContain("innerHTML", html); // texts of the server must never become markup
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/metrics/x")]
    [InlineData("/../etc/passwd")]
    [InlineData("/status.html")]
    public async Task Get_UnknownPath_Is404(string path)
    {
        using HttpResponseMessage answer = await GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.StartsWith("not found: ", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_KnownPath_Is405WithAllow()
    {
        using HttpResponseMessage answer = await _client.PostAsync(new Uri(_base, "/metrics"), new StringContent("x"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Head_HasTheLengthAndNoBody()
    {
        string answer = await RawAsync("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer);
        Assert.Contains("\r\nContent-Length: ", answer);
        Assert.EndsWith("\r\n\r\n", answer);
    }

    [Theory]
    [InlineData("Host: localhost", 200)]
    [InlineData("Host: LOCALHOST:1234", 200)]
    [InlineData("Host: 127.0.0.1:9100", 200)]
    [InlineData("Host: [::1]:9100", 200)]
    [InlineData("Host: evil.example", 403)]
    [InlineData("Host: 127.0.0.1.evil.example", 403)]
    [InlineData("Host: localhost.evil.example:9100", 403)]
    public async Task Get_HostHeader_OnLoopbackOnlyThisMachinesNames(string header, int status)
    {
        string answer = await RawAsync($"GET /health/live HTTP/1.1\r\n{header}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
    }

    [Fact]
    public void HostCheck_BoundBeyondLoopback_AllowsAnyName()
    {
        Assert.True(new HostCheck([IPAddress.Any]).Allows("kv.example"));
        Assert.False(new HostCheck([IPAddress.Loopback]).Allows("kv.example"));
        Assert.True(new HostCheck([IPAddress.Parse("127.0.0.2")]).Allows("127.0.0.2"));
        Assert.True(new HostCheck([IPAddress.Loopback]).Allows("")); // HTTP/1.0 health checks of load balancers
    }

    [Fact]
    public async Task Get_FaultOfOurs_Is500WithoutDetailsAndTold()
    {
        _source.Fault = new InvalidOperationException("secret detail");
        using HttpResponseMessage answer = await GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync());
        Assert.Equal("HTTP GET /metrics: InvalidOperationException: secret detail", Assert.Single(_errors));
    }

    [Fact]
    public async Task Start_PortTaken_IsOneClearLine()
    {
        (HttpServer? server, string? error) = await HttpServer.StartAsync([IPAddress.Loopback], _base.Port, _source);
        Assert.Null(server);
        Assert.Equal($"cannot listen for HTTP on 127.0.0.1 port {_base.Port}: another program has it; choose one with --http-port, or 0 "
            + $"for none", error);
    }

    [Fact]
    public async Task Start_AddressNotOfThisMachine_IsOneClearLine()
    {
        (HttpServer? server, string? error) = await HttpServer.StartAsync([IPAddress.Parse("192.0.2.1")], 0, _source); // TEST-NET-1
        Assert.Null(server);
        Assert.Equal("cannot listen for HTTP on 192.0.2.1 port 0: this machine has no such address; see --bind", error);
    }

    private Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(_base, path));

    private async Task<string> RawAsync(string request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _base.Port);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
