using System.Text.Json;
using OrleansKv.Bench.Bars;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Report;

namespace OrleansKv.Bench.Tests.Report;

public sealed class JsonReportTests
{
    [Fact]
    public void Of_ALoad_HasFiguresOptionsMachineAndComparison()
    {
        LoadOptions options = new() { Mix = CommandMix.Mix, Pipeline = 16, Compare = new ServerAddress("redis", 6379) };
        string text = JsonReport.Of(Samples.Load(
            options,
            Samples.Server("orleanskv 0.1.0", Samples.Round(3000, 100), Samples.Round(1000, 300), Samples.Round(2000, 200)),
            Samples.Server("redis 7.0.15", Samples.Round(1000, 400), Samples.Round(1000, 400), Samples.Round(1000, 400))));
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(text);
        JsonElement root = json.RootElement;
        Assert.Equal("OrleansKv.Bench load", root.GetProperty("tool").GetString());
        Assert.Equal(Samples.At, root.GetProperty("startedAt").GetDateTimeOffset());
        Assert.Equal(("mix", 16),
            (root.GetProperty("options").GetProperty("mix").GetString(), root.GetProperty("options").GetProperty("pipeline").GetInt32()));
        Assert.Equal("A <CPU>", root.GetProperty("machine").GetProperty("cpu").GetString());
        Assert.StartsWith("closed loop", root.GetProperty("loop").GetString(), StringComparison.Ordinal);

        JsonElement ours = root.GetProperty("servers")[0];
        Assert.Equal("orleanskv 0.1.0", ours.GetProperty("software").GetString());
        Assert.Equal((1000, 500, 1500), Spread(ours.GetProperty("requestsPerSecond")));
        Assert.Equal(200, ours.GetProperty("latency").GetProperty("p50Micros").GetDouble(), 0.2);
        Assert.Equal(6000, ours.GetProperty("latency").GetProperty("count").GetInt64());
        Assert.Equal([1, 2, 3], ours.GetProperty("rounds").EnumerateArray().Select(r => r.GetProperty("round").GetInt32()));
        JsonElement first = ours.GetProperty("rounds")[0];
        Assert.Equal((3000, 1500, 1500),
            (first.GetProperty("requests").GetInt64(), first.GetProperty("reads").GetInt64(), first.GetProperty("writes").GetInt64()));
        Assert.Equal(0.5, first.GetProperty("generatorBusy").GetDouble());

        JsonElement ratio = root.GetProperty("comparison").GetProperty("requestsPerSecond");
        Assert.Equal(2, ratio.GetProperty("ofMedians").GetDouble());
        Assert.Equal([3, 1, 2], ratio.GetProperty("rounds").EnumerateArray().Select(r => r.GetDouble()));
    }

    [Fact]
    public void Of_ALoad_NeverHasThePassword()
    {
        LoadOptions options = new() { Password = "hunter2" };
        string text = JsonReport.Of(Samples.Load(options, Samples.Server("a", Samples.Round(10, 1))));
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(text);
        Assert.Equal("(given)", json.RootElement.GetProperty("options").GetProperty("password").GetString());
    }

    [Fact]
    public void Of_RoundsWithoutARequest_IsStillJson()
    {
        LoadResult nothing = Samples.Round(0, 0, cpuSeconds: 0);
        using JsonDocument json =
            JsonDocument.Parse(JsonReport.Of(Samples.Load(new LoadOptions(), Samples.Server("a", nothing), Samples.Server("b", nothing))));
        Assert.Equal(0, json.RootElement.GetProperty("comparison").GetProperty("p99").GetProperty("ofMedians").GetDouble());
        Assert.Equal(0, json.RootElement.GetProperty("servers")[0].GetProperty("latency").GetProperty("minMicros").GetDouble());
    }

    [Fact]
    public void Of_ErrorTexts_KeepsThemWhole()
    {
        LoadReport report = Samples.Load(new LoadOptions(), Samples.Server("a", Samples.Round(100, 5, errors: 3)));
        using JsonDocument json = JsonDocument.Parse(JsonReport.Of(report));
        Assert.Equal("OOM </script> \"full\"", json.RootElement.GetProperty("servers")[0].GetProperty("errorSamples")[0].GetString());
        Assert.True(json.RootElement.GetProperty("hasFaults").GetBoolean());
        Assert.Contains("3 error replies", json.RootElement.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Bars_HasEveryLineWithItsRounds()
    {
        string text = JsonReport.Of(Samples.Bars(
            BarResult.AtLeast("set-1", "SET", "requests/s", 1.0, [10, 30, 20], [10, 10, 10]),
            BarResult.Failed("get-1", "it \"broke\"")));
        using JsonDocument json = JsonDocument.Parse(text);
        JsonElement root = json.RootElement;
        Assert.Equal(("orleanskv 0.1.0", "redis 7.0.15"),
            (root.GetProperty("server").GetString(), root.GetProperty("reference").GetString()));
        Assert.False(root.GetProperty("allPass").GetBoolean());
        Assert.Equal("orleansKv", root.GetProperty("options").GetProperty("kind").GetString());
        JsonElement passed = root.GetProperty("results")[0];
        Assert.True(passed.GetProperty("pass").GetBoolean());
        Assert.Equal((20, 10, 30), Spread(passed.GetProperty("ours")));
        Assert.Equal(2, passed.GetProperty("ratio").GetProperty("ofMedians").GetDouble());
        Assert.Equal([10, 30, 20], passed.GetProperty("oursRounds").EnumerateArray().Select(r => r.GetDouble()));
        JsonElement failed = root.GetProperty("results")[1];
        Assert.Equal("it \"broke\"", failed.GetProperty("failure").GetString());
        Assert.Equal(JsonValueKind.Null, failed.GetProperty("ratio").ValueKind);
    }

    private static (double Median, double Min, double Max) Spread(JsonElement e) =>
        (e.GetProperty("median").GetDouble(), e.GetProperty("min").GetDouble(), e.GetProperty("max").GetDouble());
}
