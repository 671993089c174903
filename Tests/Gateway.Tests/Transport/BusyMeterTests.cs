using OrleansKv.Gateway.Transport.Epoll;
using Xunit;

namespace OrleansKv.Gateway.Tests.Transport;

public sealed class BusyMeterTests
{
    [Fact]
    public void TotalAt_CountsFinishedTurnsAndTheOneThatRuns()
    {
        var meter = new BusyMeter();
        Assert.Equal(0, meter.TotalAt(50));
        meter.Wake(100);
        Assert.Equal(7, meter.TotalAt(107));
        meter.Sleep(110);
        Assert.Equal(10, meter.TotalAt(150));
        meter.Wake(200);
        Assert.Equal(15, meter.TotalAt(205));
        Assert.Equal(10, meter.TotalAt(199)); // read by a thread whose clock was read just before
    }

    [Fact]
    public void Sleep_BeforeTheFirstWake_CountsNothing()
    {
        var meter = new BusyMeter();
        meter.Sleep(1_000);
        Assert.Equal(0, meter.TotalAt(2_000));
    }
}
