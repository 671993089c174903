using System.Globalization;
using System.Text.RegularExpressions;
using OrleansKv.Gateway.Http;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Http;

/// <summary>The text format against its own rules, by a reader written from the specification.</summary>
public sealed partial class PrometheusReportTests
{
    private readonly MetricsReport _report = new FakeMetricsSource().Collect();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_Report_EveryFamilyIsWellFormed(bool openMetrics)
    {
        List<(string Family, string Type, List<Sample> Samples)> families = Read(PrometheusReport.Write(_report, openMetrics), openMetrics);
        Assert.True(families.Count > 40, $"{families.Count} families");
        Assert.Equal(families.Count, families.Select(f => f.Family).Distinct().Count());
        foreach ((string family, string type, List<Sample> samples) in families)
        {
            Assert.StartsWith("orleanskv_", family);
            Assert.Equal(samples.Count, samples.Select(s => s.Name + s.Labels).Distinct().Count());
            string[] allowed = type switch
            {
                "gauge" => [family],
                "counter" => [openMetrics ? family + "_total" : family],
                "summary" => [family, family + "_sum", family + "_count"],
                "histogram" => [family + "_bucket", family + "_sum", family + "_count"],
                _ => [],
            };
            Assert.All(samples, s => Assert.Contains(s.Name, allowed));
            if (type == "counter" && !openMetrics) Assert.EndsWith("_total", family);
        }
    }

    [Fact]
    public void Write_Histogram_IsCumulativeAndEndsInTheCount()
    {
        var (_, _, samples) = Read(PrometheusReport.Write(_report, false), false).Single(f => f.Type == "histogram");
        List<Sample> buckets = [.. samples.Where(s => s.Name.EndsWith("_bucket", StringComparison.Ordinal))];
        Assert.Equal("{le=\"+Inf\"}", buckets[^1].Labels);
        for (int i = 1; i < buckets.Count; i++) Assert.True(buckets[i].Value >= buckets[i - 1].Value);
        double count = samples.Single(s => s.Name.EndsWith("_count", StringComparison.Ordinal)).Value;
        Assert.Equal(count, buckets[^1].Value);
        Assert.Equal(count, _report.Commands.Sum(c => c.Calls));
        Assert.True(buckets[0].Value > 0 && buckets[0].Value < count);
    }

    [Fact]
    public void Write_Summary_HasTheReportsQuantilesInSeconds()
    {
        CommandReport get = _report.Commands.Single(c => c.Name == "get");
        var (_, _, samples) = Read(PrometheusReport.Write(_report, false), false)
            .Single(f => f.Family == "orleanskv_command_duration_seconds");
        Assert.Equal(get.P99Us / 1e6, samples.Single(s => s.Labels == "{command=\"get\",quantile=\"0.99\"}").Value, 12);
        Assert.Equal(get.Calls, samples.Single(s => s.Name.EndsWith("_count", StringComparison.Ordinal) && s.Labels == "{command=\"get\"}")
            .Value);
    }

    [Fact]
    public void Write_Cluster_SaysWhichNodesAreThereAndWhatNobodyServes()
    {
        string text = PrometheusReport.Write(new FakeMetricsSource { IsWhole = false }.Collect(), false);
        foreach (string line in (string[])["cluster_ok 0", "cluster_map_version 17", "cluster_slots_served 12000",
            "cluster_slots_unserved 4384", "cluster_shards_unserved 2", "cluster_moves 1", "cluster_nodes 2",
            "cluster_node_up{node=\"a\"} 1", "cluster_node_up{node=\"b\"} 0", "cluster_node_ready{node=\"b\"} 0",
                "cluster_node_shards{node=\"b\"} 4"])
        {
            Assert.Contains($"\norleanskv_{line}\n", text);
        }

        Assert.DoesNotContain("orleanskv_cluster", PrometheusReport.Write(_report with { Cluster = null }, false)); // a server alone
    }

    [Fact]
    public void Write_Replication_SaysWhatIsLedAndWhetherOthersFollow()
    {
        string text = PrometheusReport.Write(_report with { Replication = FakeReplication.Report() }, false);
        foreach (string line in (string[])["replicas 3", "write_quorum 2", "read_quorum 2", "led_shards 4",
            "followed_shards 5", "followers 2", "shards_without_write_quorum 1", "replica_lag_max_records 20",
            "replica_copies_running 2", "follower_reads_total 7",
            "replica_digests_same_total 8", "replica_digests_diverged_total 2", "shards_stopped 1"])
        {
            Assert.Contains($"\norleanskv_{line}\n", text);
        }

        Assert.DoesNotContain("orleanskv_replica", PrometheusReport.Write(_report, false)); // without replicas
    }

    [Fact]
    public void Sample_LabelWithQuoteBackslashNewline_IsEscaped()
    {
        var text = new PrometheusText(openMetrics: false);
        text.Sample("x", double.PositiveInfinity, ("l", "a\"b\\c\nd"));
        Assert.Equal("orleanskv_x{l=\"a\\\"b\\\\c\\nd\"} +Inf\n", text.Finish());
    }

    private sealed record Sample(string Name, string Labels, double Value);

    private static List<(string Family, string Type, List<Sample> Samples)> Read(string text, bool openMetrics)
    {
        var families = new List<(string, string, List<Sample>)>();
        string[] lines = text.Split('\n');
        Assert.Equal("", lines[^1]);
        int end = lines.Length - 1;
        if (openMetrics) Assert.Equal("# EOF", lines[--end]);
        string help = "";
        foreach (string line in lines.Take(end))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                help = line.Split(' ')[2];
                Assert.True(line.Split(' ').Length > 3, line);
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ');
                Assert.Equal(4, words.Length);
                Assert.Equal(help, words[2]);
                families.Add((words[2], words[3], []));
            }
            else
            {
                Match match = SampleLine().Match(line);
                Assert.True(match.Success, line);
                string number = match.Groups[3].Value;
                double value = number == "+Inf"
                    ? double.PositiveInfinity
                    : double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
                families[^1].Item3.Add(new(match.Groups[1].Value, match.Groups[2].Value, value));
            }
        }

        return families;
    }

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*)((?:\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\n"])*",?)+\})?) """
        + """(\+Inf|-?[0-9.]+(?:E[+-]?[0-9]+)?)$""")]
    private static partial Regex SampleLine();
}
