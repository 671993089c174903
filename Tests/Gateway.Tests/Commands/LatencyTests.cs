using OrleansKv.Gateway.Latency;
using OrleansKv.Gateway.Tests.Support;
using OrleansKv.Tests.Support;
using Xunit;

namespace OrleansKv.Gateway.Tests.Commands;

public sealed class LatencyTests
{
    private readonly TestGateway _gateway = new("latency-monitor-threshold", "5");

    [Fact]
    public void Add_BelowThreshold_IsNoEvent()
    {
        _gateway.Server.Latency.Add("expire-cycle", 4);
        Assert.Equal("*0\r\n", _gateway.Connect().Do("latency latest"));
    }

    [Fact]
    public void Latest_Events_ShowLastAndWorst()
    {
        LatencyMonitor monitor = _gateway.Server.Latency;
        monitor.Add("expire-cycle", 50);
        _gateway.Time.Advance(2000);
        monitor.Add("expire-cycle", 7);
        monitor.Add("expire-cycle", 9); // the same second keeps the worse
        monitor.Add("expire-cycle", 8);
        SessionDriver client = _gateway.Connect();
        client.Do("config set latency-monitor-threshold 3600000"); // this client's own commands are none, however slow the machine is
        Assert.Equal("*1\r\n*4\r\n$12\r\nexpire-cycle\r\n:1700000002\r\n:9\r\n:50\r\n", client.Do("latency latest"));
        Assert.Equal("*2\r\n*2\r\n:1700000000\r\n:50\r\n*2\r\n:1700000002\r\n:9\r\n", client.Do("latency history expire-cycle"));
        Assert.Equal(":1\r\n", client.Do("latency reset expire-cycle nosuch"));
        Assert.Equal("*0\r\n", client.Do("latency latest"));
    }

    [Fact]
    public void Graph_OneSample_IsDrawnAsRedisDraws()
    {
        // Recorded from redis-server 7.0.15.
        _gateway.Server.Latency.Add("command", 5);
        _gateway.Time.Advance(1000);
        Assert.Equal(
            "$146\r\ncommand - high 5 ms, low 5 ms (all time high 5 ms)\n"
                + "--------------------------------------------------------------------------------\n \n \n \n_\n \n1\ns\n\r\n",
            _gateway.Connect().Do("latency graph command"));
    }

    [Fact]
    public void Graph_Samples_RiseWithLatency()
    {
        foreach (long ms in new long[] { 10, 20, 30 })
        {
            _gateway.Server.Latency.Add("command", ms);
            _gateway.Time.Advance(1000);
        }

        string[] rows = _gateway.Connect().Do("latency graph command").Split('\n');
        Assert.Equal(["  #", " _|", " ||", "_||"], rows[3..7]);
    }

    [Fact]
    public void History_ManySamples_KeepsTheLast160()
    {
        for (int i = 0; i < 200; i++)
        {
            _gateway.Server.Latency.Add("command", 5 + i);
            _gateway.Time.Advance(1000);
        }

        Assert.StartsWith("*160\r\n*2\r\n:1700000040\r\n:45\r\n", _gateway.Connect().Do("latency history command"));
    }

    [Fact]
    public void Doctor_WithEvents_NamesThemAndAdvises()
    {
        _gateway.Server.Latency.Add("command", 30);
        string report = _gateway.Connect().Do("latency doctor");
        Assert.Contains("1. command: 1 latency spikes (average 30ms, mean deviation 0ms, period 1.00 sec). Worst all time event 30ms.\n",
            report);
        Assert.Contains("Please use 'CONFIG SET slowlog-log-slower-than 5000'.", report);
    }

    [Fact]
    public void Histogram_CalledCommands_AreCumulative()
    {
        SessionDriver client = _gateway.Connect();
        client.Send("ping\r\nping\r\nconfig get x\r\n");
        Assert.Matches(
            @"^\*2\r\n\$4\r\nping\r\n\*4\r\n\$5\r\ncalls\r\n:2\r\n\$14\r\nhistogram_usec\r\n"
                + @"\*\d+\r\n(:\d+\r\n:\d+\r\n)*:\d+\r\n:2\r\n$",
            client.Do("latency histogram PING nosuch"));
        Assert.StartsWith("*2\r\n$10\r\nconfig|get\r\n", client.Do("latency histogram config"));
    }
}
