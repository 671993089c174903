using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Store;
using OrleansKv.Engine.Tests.Support;

namespace OrleansKv.Engine.Tests.Store;

/// <summary>What changes a shard's digest, and what does not.</summary>
public sealed class DigestWalkTests
{
    private const int Keys = 1_000;

    [Fact]
    public void Digest_OfTheSameWrites_IsTheSame_WhateverTheHashSeed()
    {
        using StoreDriver one = Filled(seed: 1), other = Filled(seed: 0xF00D);
        Assert.Equal(Digest(one), Digest(other));
        Assert.Equal(Keys, Digest(one).Entries);
        Assert.NotEqual(default, Digest(one).Hash);
    }

    [Fact]
    public void Digest_DependsOnValues_Deadlines_Versions_AndKeys()
    {
        using StoreDriver plain = Filled(seed: 1);
        var seen = new HashSet<StateDigest> { Digest(plain) };
        plain.Set("key5", "other");
        Assert.True(seen.Add(Digest(plain)));
        plain.Set("key5", "other"); // another version
        Assert.True(seen.Add(Digest(plain)));
        plain.Set("key5", "other", deadline: 5_000_000_000_000);
        Assert.True(seen.Add(Digest(plain)));
        plain.Set("new", "");
        Assert.True(seen.Add(Digest(plain)));
        plain.Delete("new");
        Assert.False(seen.Add(Digest(plain))); // nothing is left of it: its record makes no part of the entries
    }

    /// <summary>Entries that change, go or come before the walk has passed by count as they were.</summary>
    [Fact]
    public void Digest_IsOfThePositionAtWhichItBegan()
    {
        using StoreDriver store = Filled(seed: 1);
        StateDigest before = Digest(store);
        DigestWalk walk = DigestWalk.TryBegin(store.Store.Cells[0])!;
        Assert.Equal(store.Store.Cells[0].Shard.Position, walk.Position);
        for (int i = 0; i < Keys; i += 2) store.Set($"key{i}", "changed");
        for (int i = 1; i < Keys; i += 4) store.Delete($"key{i}");
        store.Set("new", "1");
        Assert.Null(DigestWalk.TryBegin(store.Store.Cells[0])); // one at a time
        Assert.Equal(before, walk.Run(CancellationToken.None));
        Assert.NotEqual(before, Digest(store));
    }

    [Fact]
    public void Walk_ThatIsStopped_HasNoDigest_AndLeavesRoomForTheNext()
    {
        using StoreDriver store = Filled(seed: 1);
        Assert.Null(DigestWalk.TryBegin(store.Store.Cells[0])!.Run(new CancellationToken(canceled: true)));
        Assert.Equal(Keys, Digest(store).Entries);
    }

    private static StoreDriver Filled(ulong seed)
    {
        var store = new StoreDriver(new MemoryDisk(), StoreDriver.Small with { ShardCount = 1, HashSeed = seed });
        for (int i = 0; i < Keys; i++) store.Set($"key{i}", $"value{i}");
        return store;
    }

    private static StateDigest Digest(StoreDriver store) => DigestWalk.TryBegin(store.Store.Cells[0])!.Run(CancellationToken.None)!.Value;
}
