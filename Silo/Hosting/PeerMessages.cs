using OrleansKv.Grains;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// Messages of PUBLISH on their way to one other node: one call at a time, which keeps their order, and what comes meanwhile gathers for
/// the next. Bounded: beyond it messages are dropped and counted, for Pub/Sub delivers at most once and a node that hangs must not fill
/// this one's memory. Any thread.
/// </summary>
/// <param name="peer">The node.</param>
/// <param name="failed">Hears why a call failed; its messages are dropped.</param>
internal sealed class PeerMessages(INodeGrain peer, Action<Exception> failed)
{
    /// <summary>16 MiB a node, on their way or waiting: 80,000 messages of 100 B.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>What a message takes beside its bytes: two arrays, its object, and its place in the queue.</summary>
    private const int OverheadBytes = 96;

    /// <summary>Places of the queue that are kept for the next messages: 32 KiB.</summary>
    private const int KeptPlaces = 4096;

    private readonly Lock _lock = new();
    private readonly List<PublishedMessage> _gathering = [];
    private long _gatheringBytes;
    private long _awayBytes;
    private long _dropped;
    private bool _isSending;
    private bool _isDropping;

    /// <summary>
    /// Hears that messages begin to be dropped for want of room; again when all that waited has gone and it happens anew.
    /// </summary>
    public Action? Dropping { get; init; }

    /// <summary>Messages that the node will never get.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Bytes that it has not taken yet.</summary>
    public long QueuedBytes
    {
        get
        {
            lock (_lock) return _gatheringBytes + _awayBytes;
        }
    }

    /// <summary>
    /// Sends a message soon, or drops it; returns at once. One that is longer than the bound goes when nothing else is on its way.
    /// </summary>
    public void Post(PublishedMessage message)
    {
        long size = OverheadBytes + message.Channel.Length + message.Message.Length;
        bool isDropped;
        lock (_lock)
        {
            long queued = _gatheringBytes + _awayBytes;
            isDropped = queued > 0 && queued + size > MaxBytes;
            if (isDropped)
            {
                _dropped++;
                if (_isDropping) return;
                _isDropping = true;
            }
            else
            {
                _gathering.Add(message);
                _gatheringBytes += size;
                if (_isSending) return;
                _isSending = true;
            }
        }

        if (isDropped) Dropping?.Invoke();
        else ThreadPool.UnsafeQueueUserWorkItem(static me => _ = me.Send(), this, preferLocal: false);
    }

    private async Task Send()
    {
        while (true)
        {
            PublishedMessage[] messages;
            lock (_lock)
            {
                _awayBytes = 0;
                if (_gathering.Count == 0)
                {
                    _isSending = _isDropping = false;
                    return;
                }

                messages = [.. _gathering];
                _gathering.Clear();
                if (_gathering.Capacity > KeptPlaces) _gathering.Capacity = 0;
                _awayBytes = _gatheringBytes;
                _gatheringBytes = 0;
            }

            try
            {
                await peer.Publish(messages).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                lock (_lock) _dropped += messages.Length;
                failed(failure);
            }
        }
    }
}
