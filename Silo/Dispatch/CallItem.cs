using OrleansKv.Protocol.Commands;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// What a reply needs of one shard: an item of a call, or a group with its members. While the reply waits for others that were deferred, it
/// keeps its own copy: of the answer, or of what has to be asked again. The worker's thread.
/// </summary>
internal sealed class CallItem
{
    private readonly ShardLane _lane;
    private readonly int _count;
    private ShardCall? _call;
    private int _index;
    private byte[] _kept = []; // the replies; of an item that has not run its part of the batch
    private int[] _ends = [];
    private string? _failure;
    private bool _hasRun;
    private bool _isTooLong;

    /// <param name="call">The call that brings it.</param>
    /// <param name="index">Its place there.</param>
    /// <param name="count">Of a group: the group's own item and its members.</param>
    public CallItem(ShardCall call, int index, int count = 1)
    {
        _lane = call.Lane;
        _call = call;
        _index = index;
        _count = count;
    }

    /// <summary>There is an answer, be it a failure.</summary>
    public bool HasRun => _call?.HasRun(_index, _count) ?? _hasRun;

    /// <summary>It has not run because its reply would be too long to come with others.</summary>
    public bool IsTooLong => _call?.IsTooLong(_index) ?? _isTooLong;

    /// <summary>Why there is no reply; null when there is one.</summary>
    public string? Failure => _call is null ? _failure : _call.Failure;

    public ReadOnlySpan<byte> Reply => this[0];

    /// <summary>Bytes of its replies that are kept.</summary>
    public long KeptReplyBytes => _hasRun ? _kept.Length : 0;

    /// <summary>The reply of a member of a group; 0 is the group's own.</summary>
    public ReadOnlySpan<byte> this[int member]
    {
        get
        {
            if (_call is not null) return _call[_index + member];
            int start = member == 0 ? 0 : _ends[member - 1];
            return _kept.AsSpan(start, _ends[member] - start);
        }
    }

    /// <summary>Copies what it needs out of its call, which is about to be used again.</summary>
    public void Keep()
    {
        if (_call is not { } call) return;
        _hasRun = call.HasRun(_index, _count);
        _isTooLong = call.IsTooLong(_index);
        _failure = call.Failure;
        _kept = [];
        if (!_hasRun) _kept = call.Batch.ItemsOf(_index, _count).ToArray();
        else if (_failure is null) KeepReplies(call);
        _call = null;
    }

    /// <summary>Sends it again, with what gathers for its shard now.</summary>
    public void AskAgain(PendingReplies pending, bool mayWait)
    {
        if (_call is not null || _hasRun) return;
        if (!GrainShardDispatcher.HasRoom(_lane))
        {
            _hasRun = true;
            _failure = GrainShardDispatcher.BusyError;
            _kept = [];
            return;
        }

        _call = _lane.Gathering;
        _index = _call.Batch.AddItems(_kept, _count, mayWait);
        _kept = [];
        GrainShardDispatcher.List(_lane);
        pending.WaitFor(_call);
    }

    /// <summary>Whether a call brings it.</summary>
    public bool IsOf(ShardCall call) => ReferenceEquals(_call, call);

    /// <summary>Its call has failed, and it counts as one that has not run.</summary>
    public void MarkToAskAgain() => _call!.AskAgain(_index);

    /// <summary>How long it ran, or a member of it, if its shard calls that slow; else 0. Only while its call is there.</summary>
    public long SlowNs(int member = 0) => _call?.SlowNs(_index + member) ?? 0;

    /// <summary>Its words; the same remark.</summary>
    public ArgList Args => _call!.Batch.ArgsOf(_index);

    private void KeepReplies(ShardCall call)
    {
        _ends = new int[_count];
        int size = 0;
        for (int i = 0; i < _count; i++) size = _ends[i] = size + call[_index + i].Length;
        _kept = new byte[size];
        for (int i = 0, at = 0; i < _count; at = _ends[i++]) call[_index + i].CopyTo(_kept.AsSpan(at));
    }
}
