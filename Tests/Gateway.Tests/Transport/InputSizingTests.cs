using OrleansKv.Gateway.Transport;
using Xunit;

namespace OrleansKv.Gateway.Tests.Transport;

public sealed class InputSizingTests
{
    [Theory]
    [InlineData(20, 0, 4116)] // nothing is known: room for a read
    [InlineData(20, 600, 600)] // the rest of a short command fits at once
    [InlineData(20, 536_870_940, 1_048_576)] // half a gigabyte is announced and nothing of it has come
    [InlineData(1_048_576, 536_870_940, 4_194_304)]
    [InlineData(400_000_000, 536_870_940, 536_870_940)]
    [InlineData(1_048_576, 1_048_576, 2_097_152)]
    public void For_WhatHasComeAndIsNeeded_IsBoundedByWhatHasCome(int received, int needed, int expected) =>
        Assert.Equal(expected, InputSizing.For(received, needed));
}
