using OrleansKv.Cluster.Tests.Dispatch.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Grains;
using OrleansKv.Silo.Hosting;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Dispatch;

/// <summary>PUBLISH to another node: in order, one call at a time, and no more kept than the bound when the node hangs.</summary>
public sealed class PeerMessagesTests
{
    private const int MessageBytes = 64 * 1024;

    private readonly List<Exception> _failures = [];
    private readonly List<PublishedMessage[]> _calls = [];
    private readonly SemaphoreSlim _called = new(0);
    private readonly PeerMessages _peer;
    private TaskCompletionSource _answer = new();
    private int _told;

    public PeerMessagesTests() =>
        _peer = new PeerMessages(Stub.Of<INodeGrain>((_, args) => Publish((PublishedMessage[])args[0]!)), _failures.Add)
    {
        Dropping = () => _told++,
    };

    [Fact]
    public async Task PeerThatHangs_FillsTheBoundAndNoMore()
    {
        const int Posted = (PeerMessages.MaxBytes / MessageBytes) + 100;
        _peer.Post(Message(0));
        await Called();
        for (int i = 1; i < Posted; i++) _peer.Post(Message(i));
        Assert.InRange(_peer.QueuedBytes, PeerMessages.MaxBytes - (2 * MessageBytes), PeerMessages.MaxBytes);
        long dropped = _peer.Dropped;
        Assert.InRange(dropped, 100, 110);
        Assert.Single(_calls); // the rest gathers
        Assert.Equal(1, _told); // once, not for each

        Answer();
        await Called();
        Answer();
        await Poll.UntilAsync("the queue to be empty", () => _peer.QueuedBytes == 0);
        Assert.Equal(2, _calls.Count);
        Assert.Equal(Enumerable.Range(0, Posted - (int)dropped), _calls.SelectMany(c => c).Select(m => BitConverter.ToInt32(m.Channel)));
        Assert.Equal(dropped, _peer.Dropped);
        _peer.Post(Message(0)); // goes on
        await Called();
    }

    [Fact]
    public async Task CallThatFails_CostsItsMessagesAlone()
    {
        _peer.Post(Message(0));
        await Called();
        _peer.Post(Message(1));
        TaskCompletionSource first = _answer;
        _answer = new TaskCompletionSource();
        first.SetException(new TimeoutException());
        await Called();
        Answer();
        await Poll.UntilAsync("the queue to be empty", () => _peer.QueuedBytes == 0);
        Assert.Equal(1, _peer.Dropped);
        Assert.IsType<TimeoutException>(Assert.Single(_failures));
    }

    [Fact]
    public async Task MessageLongerThanTheBound_GoesAlone()
    {
        _peer.Post(new PublishedMessage([1], new byte[PeerMessages.MaxBytes + 1]));
        await Called();
        _peer.Post(Message(1));
        Assert.Equal(1, _peer.Dropped);
    }

    private ValueTask Publish(PublishedMessage[] messages)
    {
        _calls.Add(messages);
        Task answer = _answer.Task;
        _called.Release();
        return new ValueTask(answer);
    }

    private void Answer()
    {
        TaskCompletionSource answer = _answer;
        _answer = new TaskCompletionSource();
        answer.SetResult();
    }

    private async Task Called() => Assert.True(await _called.WaitAsync(TimeSpan.FromSeconds(60)), "no call has come in 60 s");

    private static PublishedMessage Message(int number) => new(BitConverter.GetBytes(number), new byte[MessageBytes]);
}
