using OrleansKv.Bench.Bars;
using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Tests.Bars;

public sealed class RedisBenchmarkResultTests
{
    private const string Header = """
        "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
        """;

    [Fact]
    public void Parse_OutputOfVersion7_GivesALineATest()
    {
        // As redis-benchmark 7.0.15 wrote it; an older server without CONFIG makes it say so first.
        string output = $"WARNING: Could not fetch server CONFIG\n{Header}\n" + """
            "SET","34702.91","0.999","0.184","0.855","1.591","3.703","7.743"
            "GET","52585.45","0.900","0.120","0.671","0.879","5.031","28.159"

            """;
        Assert.Equal([new("SET", 34702.91, 1.591, 3.703), new("GET", 52585.45, 0.879, 5.031)], RedisBenchmarkResult.Parse(output));
    }

    [Fact]
    public void Parse_ColumnsInAnotherOrder_GoesByTheirNames() =>
        Assert.Equal([new("MSET (10 keys)", 7, 5, 3)], RedisBenchmarkResult.Parse("""
            "test","p99_latency_ms","new","p95_latency_ms","rps"
            "MSET (10 keys)","3","x","5","7"
            """));

    [Theory]
    [InlineData("", "wrote no table")]
    [InlineData("\"SET\",\"34702.91\"\n", "wrote no table")] // before 6.2
    [InlineData("Error from server: NOAUTH Authentication required.", "NOAUTH")]
    [InlineData("\"test\",\"rps\",\"p99_latency_ms\"\n\"SET\",\"1\",\"2\"", "no column 'p95_latency_ms'")]
    [InlineData("\"test\",\"rps\",\"p95_latency_ms\",\"p99_latency_ms\"\n\"SET\",\"1\",\"2\"", "3 fields under 4 columns")]
    [InlineData("\"test\",\"rps\",\"p95_latency_ms\",\"p99_latency_ms\"\n\"SET\",\"-nan(ind)\",\"2\",\"3\"", "'-nan(ind)' where a number")]
    public void Parse_SomethingElse_IsRefusedInWords(string output, string says) =>
        Assert.Contains(says, Assert.Throws<BenchException>(() => RedisBenchmarkResult.Parse(output)).Message, StringComparison.Ordinal);
}
