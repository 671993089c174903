using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Options;
using OrleansKv.Hosting;
using OrleansKv.Hosting.Options;
using OrleansKv.Tests.Support;

namespace OrleansKv.Embedded.Tests;

/// <summary>The HTTP port of a server that still reads its folder.</summary>
public sealed class RecoveryReportTests
{
    // A bug that was: /metrics was a 500 until recovery had ended, and each scrape wrote a fault to the log.
    [Fact]
    public async Task Metrics_DuringRecovery_TellsHowFarItIs()
    {
        int port = FreePort.Next();
        var inputs = new OptionInputs(
            ["--http-port", port.ToString(CultureInfo.InvariantCulture)], new Dictionary<string, string>(), File.ReadAllText);
        ServerOptions options = new RuntimeConfig(OptionParser.Parse(inputs, ServerSettings.Table(1)).Values!, null).Current;
        using var web = new WebPart(options, new ServerConsole(options, NullLogger.Instance));
        web.Progress(10 << 20, 40 << 20); // nobody serves: after 500 ms the port opens by itself

        string json = await Get(port, "json");
        Assert.Contains("\"health\":{\"ready\":false,\"state\":\"recovering\",\"reason\":\"recovering: 10 of 40 MiB\"}", json);
        Assert.Contains("\"recovery\":{\"running\":true,", json);
        Assert.Contains("\"readBytes\":10485760,\"totalBytes\":41943040", json);
        string text = await Get(port, "prometheus");
        Assert.Contains("\norleanskv_ready 0\n", text);
        Assert.Contains("\norleanskv_recovery_running 1\n", text);
        Assert.Contains("\norleanskv_recovery_read_bytes 10485760\n", text);
        Assert.DoesNotContain("orleanskv_keys", text);

        MetricsReport report = web.Collect();
        Assert.InRange(report.Server.UptimeSeconds, 0, 600);
        Assert.True(report.Recovery!.Running);
    }

    private static async Task<string> Get(int port, string format)
    {
        using var client = new HttpClient();
        for (int tries = 0; ; tries++)
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/metrics?format={format}"));
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return await answer.Content.ReadAsStringAsync();
            }
            catch (HttpRequestException) when (tries < 600)
            {
                await Task.Delay(50); // not open yet
            }
        }
    }
}
