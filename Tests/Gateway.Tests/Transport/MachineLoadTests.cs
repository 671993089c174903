using OrleansKv.Gateway.Transport.Epoll;
using Xunit;

namespace OrleansKv.Gateway.Tests.Transport;

public sealed class MachineLoadTests
{
    // user nice system idle iowait irq softirq steal guest guest_nice
    private const string Stat = """
        cpu  30 3 300 9999 999 30 300 500 50 5
        cpu0 10 1 100 5555 555 10 100 200 20 2
        cpu1 20 2 200 4444 444 20 200 300 30 3
        intr 123 1 2 3
        ctxt 456
        """;

    [Theory]
    [InlineData(3, 663, 2)]
    [InlineData(1, 221, 1)]
    [InlineData(2, 442, 1)]
    public void BusyTicks_OfTheAllowedProcessors_LeavesOutIdleWaitingAndStolen(int mask, long busy, int processors) =>
        Assert.Equal((busy, processors), MachineLoad.BusyTicks(Stat, p => (mask >> p & 1) != 0));

    [Theory]
    [InlineData("")]
    [InlineData("intr 1 2 3\ncpu0 1 1 1 1")]
    public void BusyTicks_WithoutProcessors_IsNothing(string text) => Assert.Equal((0L, 0), MachineLoad.BusyTicks(text, _ => true));

    [Fact]
    public void BusyTicks_OlderKernelWithFewerFields_AddsWhatThereIs() =>
        Assert.Equal((6L, 1), MachineLoad.BusyTicks("cpu0 1 2 3 4", _ => true));

    [Fact]
    public void FreeProcessors_FirstReading_IsNotKnown()
    {
        var load = new MachineLoad();
        Assert.Null(load.FreeProcessors());
        Assert.InRange(load.FreeProcessors()!.Value, double.NegativeInfinity, Environment.ProcessorCount);
        load.Forget();
        Assert.Null(load.FreeProcessors());
    }
}
