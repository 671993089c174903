using OrleansKv.Gateway.Transport.Epoll;
using Xunit;

namespace OrleansKv.Gateway.Tests.Transport;

public sealed class ThreadCountRuleTests
{
    [Theory]
    [InlineData(0.95, 2.0, 2)] // busy, and the other processor is free
    [InlineData(0.95, 1.7, 2)] // the network's work for clients elsewhere
    [InlineData(0.95, 1.1, 1)] // a load generator has the other processor
    [InlineData(0.5, 2.0, 1)] // one is enough
    public void Next_OneThread_GrowsWhenItIsBusyAndAProcessorIsFree(double busy, double free, int expected) =>
        Assert.Equal(expected, new ThreadCountRule(most: 2).Next(busy, free));

    [Fact]
    public void Next_Saturated_GrowsAThreadAReadingUpToTheMost()
    {
        var rule = new ThreadCountRule(most: 3);
        Assert.Equal([2, 3, 3, 3], Enumerable.Range(1, 4).Select(_ => rule.Next(rule.Count, freeProcessors: 8)));
    }

    [Theory]
    [InlineData(1.5, 2)] // others have half a processor: two threads still do more
    [InlineData(1.3, 1)] // a load generator and two threads on two processors
    [InlineData(0.0, 1)] // never none
    public void Next_TwoThreads_GiveOneUpWhenOthersWantItsProcessor(double free, int expected)
    {
        ThreadCountRule rule = Grown(most: 2, to: 2);
        Assert.Equal(expected, rule.Next(2, free));
    }

    [Fact]
    public void Next_ManyThreads_GiveUpAsManyAsOthersWant()
    {
        ThreadCountRule rule = Grown(most: 8, to: 6);
        Assert.Equal(3, rule.Next(6, freeProcessors: 2.5));
    }

    [Fact]
    public void Next_AfterOthersTookAProcessor_GrowsNoSoonerThanTenSecondsLater()
    {
        const int Readings = 10_000 / ThreadCountRule.EveryMs;
        ThreadCountRule rule = Grown(most: 2, to: 2);
        rule.Next(2, freeProcessors: 1);
        for (int reading = 1; reading < Readings; reading++) Assert.Equal(1, rule.Next(1, freeProcessors: 2));
        Assert.Equal(2, rule.Next(1, freeProcessors: 2));
    }

    [Fact]
    public void Next_LittleLoadForTwoSeconds_GivesAThreadUp()
    {
        const int Readings = 2_000 / ThreadCountRule.EveryMs;
        ThreadCountRule rule = Grown(most: 2, to: 2);
        for (int reading = 1; reading < Readings; reading++) Assert.Equal(2, rule.Next(0.1, freeProcessors: 2));
        Assert.Equal(2, rule.Next(1, freeProcessors: 2)); // a busy moment: the count begins anew
        for (int reading = 1; reading < Readings; reading++) Assert.Equal(2, rule.Next(0.1, freeProcessors: 2));
        Assert.Equal(1, rule.Next(0.1, freeProcessors: 2));
    }

    [Fact]
    public void NeedsMachine_OneThreadWithTimeToSpare_ReadsNothing()
    {
        var rule = new ThreadCountRule(most: 2);
        Assert.False(rule.NeedsMachine(0.5));
        Assert.True(rule.NeedsMachine(0.9));
        Assert.True(Grown(most: 2, to: 2).NeedsMachine(0));
        Assert.False(new ThreadCountRule(most: 1).NeedsMachine(1));
    }

    private static ThreadCountRule Grown(int most, int to)
    {
        var rule = new ThreadCountRule(most);
        while (rule.Count < to) rule.Next(rule.Count, freeProcessors: 100);
        return rule;
    }
}
