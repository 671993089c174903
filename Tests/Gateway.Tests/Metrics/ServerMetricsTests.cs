using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Metrics.Reports;
using Xunit;

namespace OrleansKv.Gateway.Tests.Metrics;

public sealed class ServerMetricsTests
{
    private readonly ServerMetrics _metrics = new(["get", "set", "del"]);

    [Fact]
    public void Commands_TwoWorkers_AreAddedUpAndUnusedLeftOut()
    {
        WorkerMetrics one = _metrics.AddWorker(), two = _metrics.AddWorker();
        one.Record(0, 100);
        two.Record(0, 300, failed: true);
        two.RecordMany(1, 4, 4000);
        two.RecordRejected(1);
        IReadOnlyList<CommandReport> commands = _metrics.Commands();
        Assert.Equal(["get", "set"], commands.Select(c => c.Name));
        Assert.Equal((2, 1, 0, 0.4), (commands[0].Calls, commands[0].Failed, commands[0].Rejected, commands[0].TotalUs));
        Assert.Equal((4, 0, 1, 1.0), (commands[1].Calls, commands[1].Failed, commands[1].Rejected, commands[1].MeanUs));
        Assert.Equal(6, _metrics.Throughput().CommandsTotal);
    }

    [Fact]
    public void Commands_OnlyRejected_IsListedWithNoCalls()
    {
        _metrics.AddWorker().RecordRejected(2);
        CommandReport del = Assert.Single(_metrics.Commands());
        Assert.Equal(("del", 0, 1, 0.0, 0.0), (del.Name, del.Calls, del.Rejected, del.MeanUs, del.P99Us));
    }

    [Fact]
    public void Reset_ClearsTotalsAndKeepsCurrentConnections()
    {
        WorkerMetrics worker = _metrics.AddWorker();
        worker.ConnectionOpened();
        worker.ConnectionOpened();
        worker.ConnectionClosed();
        worker.Received(10);
        worker.Sent(20);
        worker.Record(0, 5);
        _metrics.ConnectionRejected();
        _metrics.Errors.Count("ERR bad"u8);
        _metrics.Reset();
        worker.Received(1);
        ConnectionReport connections = _metrics.Connections(100);
        Assert.Equal((1, 0, 0, 1, 0),
            (connections.Current, connections.Accepted, connections.Rejected, connections.BytesIn, connections.BytesOut));
        Assert.Equal((0, 0), (_metrics.Throughput().CommandsTotal, _metrics.Errors.Total));
        Assert.Empty(_metrics.Commands());
        worker.Record(0, 5);
        Assert.Equal(1, Assert.Single(_metrics.Commands()).Calls);
    }

    [Fact]
    public void Tick_OncePerSecond_GivesRatesOfTheSpanAndAMinuteOfHistory()
    {
        WorkerMetrics worker = _metrics.AddWorker();
        _metrics.Tick(1000);
        worker.RecordMany(0, 500, 500);
        worker.Received(4000);
        _metrics.Tick(1050); // too close: left out
        _metrics.Tick(3000);
        ThroughputReport rates = _metrics.Throughput();
        Assert.Equal((250.0, 2000.0, 0.0), (rates.OpsPerSecond, rates.BytesInPerSecond, rates.BytesOutPerSecond));
        for (int i = 0; i < 70; i++)
        {
            worker.RecordMany(0, i + 1, i + 1);
            _metrics.Tick(4000 + (i * 1000));
        }

        long[] history = _metrics.Throughput().OpsHistory;
        Assert.Equal(Enumerable.Range(11, 60).Select(i => (long)i), history);
    }

    [Fact]
    public void Tick_AfterReset_DoesNotGoBelowZero()
    {
        WorkerMetrics worker = _metrics.AddWorker();
        worker.RecordMany(0, 1000, 1000);
        _metrics.Tick(0);
        _metrics.Reset();
        worker.Record(0, 1);
        _metrics.Tick(1000);
        Assert.Equal(1, _metrics.Throughput().OpsPerSecond);
    }

    [Fact]
    public async Task Commands_ReadWhileAWorkerWrites_NeverGoBackAndEndExact()
    {
        const int Calls = 200_000;
        WorkerMetrics worker = _metrics.AddWorker();
        Task writer = Task.Run(() =>
        {
            for (int i = 0; i < Calls; i++) worker.Record(0, i & 1023);
        });
        long before = 0;
        while (!writer.IsCompleted)
        {
            long now = _metrics.Commands().Sum(c => c.Calls);
            Assert.True(now >= before, $"{now} after {before}");
            before = now;
        }

        await writer;
        Assert.Equal(Calls, _metrics.Commands().Single().Calls);
    }

    [Fact]
    public void Errors_AreCountedByFirstWordAndBounded()
    {
        _metrics.Errors.Count("WRONGTYPE Operation against a key"u8);
        _metrics.Errors.Count("ERR a"u8);
        _metrics.Errors.Count("ERR"u8);
        Assert.Equal([new("ERR", 2), new("WRONGTYPE", 1)], _metrics.Errors.Read());
        for (int i = 0; i < 1000; i++) _metrics.Errors.Count(System.Text.Encoding.ASCII.GetBytes($"E{i} x"));
        Assert.Equal(1003, _metrics.Errors.Total);
        Assert.InRange(_metrics.Errors.Read().Count, 128, 129);
        Assert.Equal(1003, _metrics.Errors.Read().Sum(e => e.Value));
    }
}
