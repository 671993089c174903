using OrleansKv.Hosting;

namespace OrleansKv.Embedded.Tests;

/// <summary>When memory is given back, by numbers and not by the collector's own time.</summary>
public sealed class HeapTrimmerTests
{
    private const long Start = 20L << 20;

    private readonly HeapTrimmer _trimmer;
    private long _held = Start;
    private int _collections;

    public HeapTrimmerTests() => _trimmer = new HeapTrimmer(() => _held, () =>
    {
        _collections++;
        _held = Start;
    });

    [Fact]
    public void Look_HeapAsAtTheStart_LeavesIt()
    {
        for (int i = 0; i < 100; i++) _trimmer.Look();
        _held += HeapTrimmer.WorthBytes - 1;
        for (int i = 0; i < 100; i++) _trimmer.Look();
        Assert.Equal(0, _collections);
    }

    [Fact]
    public void Look_BehindABurst_CollectsOnce()
    {
        _held += 100L << 20;
        _trimmer.Look(); // it has grown just now
        Assert.Equal(0, _collections);
        for (int i = 0; i < 100; i++) _trimmer.Look();
        Assert.Equal((1, Start), (_collections, _held));
    }

    [Fact]
    public void Look_WhileMemoryIsBeingUsed_Waits()
    {
        for (int i = 0; i < 20; i++)
        {
            _held += HeapTrimmer.GrowingBytes + 1;
            _trimmer.Look();
        }

        Assert.Equal(0, _collections);
    }

    [Fact]
    public void Look_BurstsInARow_CollectsAtMostTwiceAMinute()
    {
        for (int second = 0; second < 60; second++)
        {
            if (second % 2 == 0) _held += 64L << 20;
            _trimmer.Look();
        }

        Assert.Equal(2, _collections);
    }
}
