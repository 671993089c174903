using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Orleans.Serialization;
using OrleansKv.Client;
using OrleansKv.Grains;
using OrleansKv.Protocol.Slots;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Client;

/// <summary>How operations travel, against a shard that answers when it is told to.</summary>
public sealed class RoutingTests
{
    [Fact]
    public async Task Operations_ThatComeWhileACallIsAway_GoTogetherInTheNext()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains);
        grains.Shard.Holds = true;
        Task<long> first = store.IncrementAsync("a").AsTask();
        await grains.Shard.CalledAsync();
        Task<long>[] later = [.. Enumerable.Range(0, 100).Select(_ => store.IncrementAsync("a").AsTask())];
        grains.Shard.Answer();
        Assert.Equal(1, await first);
        await grains.Shard.CalledAsync();
        Assert.DoesNotContain(later, t => t.IsCompleted);
        grains.Shard.Answer();
        Assert.Equal(Enumerable.Range(2, 100).Select(i => (long)i), await Task.WhenAll(later));
        Assert.Equal([1, 100], grains.Shard.Sizes);
        Assert.Equal(1, grains.Shard.MostAtOnce);
    }

    [Fact]
    public async Task FullQueue_MakesCallersWait_UntilThereIsRoom()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains, o => o.MaxQueuedBytesPerShard = 10_000);
        grains.Shard.Holds = true;
        byte[] value = new byte[4_000];
        Task<bool>[] sets = [.. Enumerable.Range(0, 20).Select(i => store.SetAsync($"k{i}", value).AsTask())];
        for (int i = 0; sets.Any(s => !s.IsCompleted); i++)
        {
            Assert.True(i < 20);
            grains.Shard.Answer();
            await Task.WhenAny(Task.WhenAll(sets), grains.Shard.CalledAsync());
        }

        Assert.All(await Task.WhenAll(sets), Assert.True);
        Assert.Equal(20, grains.Shard.Sizes.Sum());
        Assert.All(grains.Shard.Sizes, size => Assert.InRange(size, 1, 3)); // 10 000 bytes are passed by the third
    }

    [Fact]
    public async Task Cancelling_AWaitForRoom_SendsNothing()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains, o => o.MaxQueuedBytesPerShard = 1);
        grains.Shard.Holds = true;
        Task<bool> away = store.SetAsync("a", "1").AsTask();
        await grains.Shard.CalledAsync();
        Task<bool> gathered = store.SetAsync("b", "1").AsTask();
        using var cancel = new CancellationTokenSource();
        Task<bool> waiting = store.SetAsync("c", "1", cancellationToken: cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        grains.Shard.Holds = false;
        grains.Shard.Answer();
        Assert.True(await away);
        Assert.True(await gathered);
        Assert.False(await store.ExistsAsync("c"));
    }

    [Fact]
    public async Task Cancelling_AnOperationOnItsWay_EndsTheWaitOnly()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains);
        grains.Shard.Holds = true;
        using var cancel = new CancellationTokenSource();
        Task<bool> set = store.SetAsync("a", "1", cancellationToken: cancel.Token).AsTask();
        Task<bool> other = store.SetAsync("b", "1").AsTask();
        await grains.Shard.CalledAsync();
        await cancel.CancelAsync();
        OperationCanceledException ended = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => set);
        Assert.Equal(cancel.Token, ended.CancellationToken);
        Assert.False(other.IsCompleted);
        grains.Shard.Holds = false;
        grains.Shard.Answer();
        Assert.True(await other);
        Assert.True(await store.ExistsAsync("a"));
        // The objects of the cancelled operation are in use again by now, and give each caller its own.
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i),
            await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => store.IncrementAsync("n").AsTask())));
    }

    [Fact]
    public async Task Cancelled_Beforehand_SendsNothing()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains);
        using KeyValueBatch batch = store.CreateBatch();
        BatchResult<bool> set = batch.Set("a", 1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await store.SetAsync("a", 1, cancellationToken: new CancellationToken(true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await batch.ExecuteAsync(new CancellationToken(true)));
        Assert.Throws<InvalidOperationException>(() => set.Value);
        Assert.False(await store.ExistsAsync("a"));
        Assert.Single(grains.Shard.Sizes);
    }

    [Fact]
    public async Task Batch_DisposedOfWhileItRuns_StillEnds()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains);
        grains.Shard.Holds = true;
        KeyValueBatch batch = store.CreateBatch();
        batch.Set("a", 1);
        Task run = batch.ExecuteAsync().AsTask();
        await grains.Shard.CalledAsync();
        batch.Dispose();
        grains.Shard.Holds = false;
        grains.Shard.Answer();
        await run;
        Assert.Equal(1, await store.GetAsync<int>("a"));
    }

    [Theory]
    [InlineData(ShardStatus.Retry)]
    [InlineData(ShardStatus.Moved)]
    public async Task ShardOnItsWay_IsAskedAgain_UntilItServes(ShardStatus status)
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains);
        for (int i = 0; i < 3; i++) grains.Shard.Next(() => ShardReply.Of(status, 1));
        Assert.Equal(1, await store.IncrementAsync("a"));
        Assert.Equal(2, await store.IncrementAsync("a"));
    }

    [Fact]
    public async Task ShardThatKnowsANewerMap_IsAskedAgain_WhenTheSlotsAreStillItsOwn()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains);
        Assert.Equal(1, await store.IncrementAsync("a"));
        grains.Map.Map = grains.Map.Map with { Version = 2 };
        grains.Shard.MapVersion = grains.Shard.OldestMap = 2;
        Assert.Equal(2, await store.IncrementAsync("a"));
    }

    // A batch was sent again as if it had been routed by the newer map, to a shard that had not the keys any more.
    [Fact]
    public async Task ShardThatKnowsAnotherSlotMap_IsNotAskedAgain_AndTheNextTryIsRoutedAnew()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains);
        Assert.Equal(1, await store.IncrementAsync("a"));
        ClusterMap old = grains.Map.Map;
        grains.Map.Map = new ClusterMap(2, new ClusterSlots(SlotMap.Create(2).ToBytes()), old.Nodes, [.. old.Homes, .. old.Homes]);
        grains.Shard.MapVersion = grains.Shard.OldestMap = 2;
        await FailsAsync(KeyValueStoreError.Unavailable, "nothing was done", store.IncrementAsync("a"));
        Assert.Equal([1], grains.Shard.Sizes);
        Assert.Equal(2, await store.IncrementAsync("a"));
    }

    [Fact]
    public async Task ShardOnItsWay_ForTooLong_IsUnavailable()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains, o => o.RetryTimeout = TimeSpan.Zero);
        grains.Shard.Next(() => ShardReply.Of(ShardStatus.Retry, 1));
        await FailsAsync(KeyValueStoreError.Unavailable, "on its way", store.IncrementAsync("a"));
        Assert.Equal(1, await store.IncrementAsync("a"));
    }

    [Fact]
    public async Task UnknownOutcomes_AreSaidAndNotTriedAgain()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains);
        grains.Shard.Next(() => ShardReply.Of(ShardStatus.Unknown, 1, "the disk is gone"));
        await FailsAsync(KeyValueStoreError.OutcomeUnknown, "the disk is gone", store.IncrementAsync("a"));
        grains.Shard.Next(() => throw new TimeoutException());
        await FailsAsync(KeyValueStoreError.OutcomeUnknown, "in time", store.IncrementAsync("a"));
        grains.Shard.Next(() => throw new InvalidOperationException("broken"));
        await FailsAsync(KeyValueStoreError.OutcomeUnknown, "the call to the shard failed", store.IncrementAsync("a"));
        // One that only reads has changed nothing.
        grains.Shard.Next(() => throw new TimeoutException());
        await FailsAsync(KeyValueStoreError.Unavailable, "in time", store.GetAsync<int>("a"));
        Assert.Equal(1, await store.IncrementAsync("a"));
        Assert.Equal([1], grains.Shard.Sizes);
    }

    [Fact]
    public async Task NodeThatGoesDownMeanwhile_ReadsAreAskedAgain_AndChangesAreNot()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains);
        Assert.Equal(1, await store.IncrementAsync("a"));
        grains.Shard.Next(() => throw new SiloUnavailableException());
        grains.Shard.Next(() => ShardReply.Of(ShardStatus.Deposed, 1));
        Assert.Equal(1, await store.GetAsync<long>("a"));
        grains.Shard.Next(() => throw new SiloUnavailableException());
        await FailsAsync(KeyValueStoreError.OutcomeUnknown, "went down", store.IncrementAsync("a"));
        grains.Shard.Next(() => ShardReply.Of(ShardStatus.Deposed, 1));
        await FailsAsync(KeyValueStoreError.OutcomeUnknown, "another leader", store.IncrementAsync("a"));
        Assert.Equal(2, await store.IncrementAsync("a"));
    }

    [Fact]
    public async Task NobodyTakesTheConnection_IsTriedAgain_AndThenUnavailable()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains);
        const string Orleans = "Orleans.Runtime.Messaging.ConnectionFailedException: Unable to connect to endpoint S127.0.0.1:3:1";
        grains.Shard.Next(() => throw new OrleansException(Orleans));
        Assert.Equal(1, await store.IncrementAsync("a"));
        store = ScriptedGrains.StoreOver(out grains, o => o.RetryTimeout = TimeSpan.Zero);
        grains.Shard.Next(() => throw new OrleansException(Orleans));
        await FailsAsync(KeyValueStoreError.Unavailable, "nothing was sent", store.IncrementAsync("a"));
        Assert.Empty(grains.Shard.Sizes);
    }

    [Fact]
    public async Task HomeThatIsDown_IsUnavailable_AndABatchThatCannotBeReadIsRefused()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains);
        grains.Shard.Next(() => throw new ShardUnavailableException("node a is down"));
        await FailsAsync(KeyValueStoreError.Unavailable, "node a is down", store.IncrementAsync("a"));
        grains.Shard.Next(() => ShardReply.Of(ShardStatus.Refused, 1, "another version"));
        await FailsAsync(KeyValueStoreError.Refused, "another version", store.IncrementAsync("a"));
        Assert.Equal(1, await store.IncrementAsync("a"));
    }

    [Fact]
    public async Task NewerMap_ThatAReplyTellsOf_IsFetched()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains);
        await store.IncrementAsync("a");
        Assert.Equal(1, grains.Map.Asked);
        grains.Map.Map = grains.Map.Map with { Version = 2 };
        grains.Shard.MapVersion = 2;
        await store.IncrementAsync("a");
        await Poll.UntilAsync("the map to be fetched", () => grains.Map.Asked == 2);
        await Poll.UntilAsync("the map to be in force", async () =>
        {
            int before = grains.Map.Asked;
            await store.IncrementAsync("a");
            return grains.Map.Asked == before;
        });
    }

    [Fact]
    public async Task ClusterThatHasNotFormed_IsWaitedFor_AndThenUnavailable()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains, o => o.RetryTimeout = TimeSpan.FromMilliseconds(200));
        ClusterMap map = grains.Map.Map;
        grains.Map.Map = ClusterMap.None;
        await FailsAsync(KeyValueStoreError.Unavailable, "no node has joined", store.IncrementAsync("a"));
        grains.Map.Failure = new TimeoutException("no silo");
        await FailsAsync(KeyValueStoreError.Unavailable, "no silo", store.IncrementAsync("a"));
        grains.Map.Failure = null;
        grains.Map.Map = map;
        Assert.Equal(1, await store.IncrementAsync("a"));
        grains.Map.Map = ClusterMap.None;
        using var cancel = new CancellationTokenSource();
        IKeyValueStore other = ScriptedGrains.StoreOver(out ScriptedGrains empty);
        empty.Map.Map = ClusterMap.None;
        Task<long> waiting = other.IncrementAsync("a", cancellationToken: cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Calls_CarryNothingOfTheRequestThatStartedThem()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out ScriptedGrains grains);
        RequestContext.Set("caller", "me");
        await store.IncrementAsync("a");
        Assert.Null(grains.Shard.Caller);
        Assert.Equal("me", RequestContext.Get("caller"));
    }

    [Fact]
    public void Options_OutOfTheirRange_AreRefused()
    {
        foreach (Action<KeyValueStoreOptions> wrong in (Action<KeyValueStoreOptions>[])[
            o => o.Serializer = null!, o => o.MaxQueuedBytesPerShard = 0, o => o.RetryTimeout = TimeSpan.FromMinutes(11)])
        {
            OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => ScriptedGrains.StoreOver(out _, wrong));
            Assert.Contains(nameof(KeyValueStoreOptions.MaxQueuedBytesPerShard), refused.Message, StringComparison.Ordinal);
        }

        InvalidOperationException failed = Assert.Throws<InvalidOperationException>(
            () => new ServiceCollection().AddOrleansKv().BuildServiceProvider().GetRequiredService<IKeyValueStore>());
        Assert.Contains("AddOrleansKvClient", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exceptions_OfTheStore_CanLeaveAGrain()
    {
        using ServiceProvider services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Orleans.Serialization.Serializer>();
        byte[] bytes = serializer.SerializeToArray<Exception>(
            new KeyValueStoreException(KeyValueStoreError.OutcomeUnknown, "why", new TimeoutException("late")));
        var back = Assert.IsType<KeyValueStoreException>(serializer.Deserialize<Exception>(bytes));
        Assert.Equal((KeyValueStoreError.OutcomeUnknown, "why"), (back.Error, back.Message));
        Assert.IsType<TimeoutException>(back.InnerException);
    }

    [Fact]
    public async Task CustomSerializer_IsAskedForEveryTypedValue()
    {
        IKeyValueStore store = ScriptedGrains.StoreOver(out _, o => o.Serializer = new ReversingSerializer());
        await store.SetAsync("a", "abc");
        Assert.Equal("abc", await store.GetAsync<string>("a"));
        Assert.Equal("cba"u8.ToArray(), (await store.GetAsync("a"))!.Value.ToArray());
        await Assert.ThrowsAsync<NotSupportedException>(async () => await store.SetAsync("a", 5));
        using KeyValueBatch batch = store.CreateBatch();
        Assert.Throws<NotSupportedException>(() => batch.Set("b", 5));
        BatchResult<string?> got = batch.Get<string>("a"); // the half of an operation before it is not sent
        await batch.ExecuteAsync();
        Assert.Equal("abc", got.Value);
        Assert.Equal(1, batch.Count);
    }

    private static async Task FailsAsync<T>(KeyValueStoreError error, string words, ValueTask<T> operation)
    {
        KeyValueStoreException failed = await Assert.ThrowsAsync<KeyValueStoreException>(() => operation.AsTask());
        Assert.Equal(error, failed.Error);
        Assert.Contains(words, failed.Message, StringComparison.Ordinal);
    }
}
