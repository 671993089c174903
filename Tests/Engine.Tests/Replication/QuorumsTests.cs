using OrleansKv.Engine.Replication;

namespace OrleansKv.Engine.Tests.Replication;

public sealed class QuorumsTests
{
    [Theory]
    [InlineData(3, 2, 0, 2, 2, 2)]
    [InlineData(3, 3, 0, 3, 1, 3)]
    [InlineData(3, 1, 0, 1, 3, 1)]
    [InlineData(3, 2, 1, 2, 2, 2)] // fewer would miss acknowledged writes
    [InlineData(3, 2, 3, 2, 3, 1)]
    [InlineData(5, 4, 3, 4, 3, 3)]
    [InlineData(5, 4, 0, 4, 2, 4)]
    [InlineData(1, 2, 3, 1, 1, 1)] // fewer copies than are wanted
    public void Sizes_OfSoManyReplicas(int replicas, int wantedWrite, int wantedRead, int write, int read, int lease)
    {
        var quorums = new Quorums(wantedWrite, wantedRead);
        Assert.Equal((write, read, lease), (quorums.Write(replicas), quorums.Read(replicas), quorums.Lease(replicas)));
    }

    [Fact]
    public void Quorums_ShareACopy_WhateverIsWanted()
    {
        for (int n = 1; n <= 7; n++)
        {
            for (int w = 1; w <= 7; w++)
            {
                for (int r = 0; r <= 7; r++)
                {
                    var quorums = new Quorums(w, r);
                    Assert.True(quorums.Write(n) + quorums.Read(n) > n);
                    Assert.True(quorums.Lease(n) + quorums.Read(n) > n);
                    Assert.InRange(quorums.Lease(n), 1, n);
                }
            }
        }
    }
}
