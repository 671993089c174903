using System.Diagnostics;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Silo.Dispatch;

/// <summary>The replies that a session waits for: written in the order of its commands when the last call has ended. Reused; the worker's thread.</summary>
internal sealed class PendingReplies
{
    private readonly List<ReplySlot> _slots = [];
    private readonly List<ShardCall> _calls = [];
    private Session _session = null!;
    private long _started;
    private int _left;
    private bool _isOpen;

    public Session Session => _session;

    public void Begin(Session session)
    {
        _session = session;
        _started = Stopwatch.GetTimestamp();
        _left = 0;
        _isOpen = true;
        session.IsWaiting = true;
    }

    public void Add(in ReplySlot slot)
    {
        _slots.Add(slot);
        if (slot.Call is { } call) WaitFor(call);
    }

    /// <summary>Notes that a reply stands on a call.</summary>
    public void WaitFor(ShardCall call)
    {
        List<PendingReplies> waiters = call.Waiters;
        if (waiters.Count > 0 && ReferenceEquals(waiters[^1], this)) return;
        waiters.Add(this);
        _calls.Add(call);
        _left++;
    }

    /// <summary>No more slots follow. True when nothing has to be waited for.</summary>
    public bool Close()
    {
        _isOpen = false;
        return _left == 0;
    }

    /// <summary>One of its calls has ended; true when it was the last.</summary>
    public bool CallEnded() => --_left == 0 && !_isOpen;

    /// <summary>Writes all replies into the session's output and lets the calls go.</summary>
    public void Finish(Worker worker)
    {
        Session session = _session;
        int start = session.Output.Length;
        bool writes = !session.IsGone;
        double ns = Stopwatch.GetElapsedTime(_started).TotalNanoseconds;
        foreach (ref readonly ReplySlot slot in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_slots))
        {
            if (!writes) break;
            int before = session.Output.Length;
            if (slot.Finish is { } part) part.Write(session);
            else if (slot.Call!.Failure is { } failure) session.Output.Error(failure);
            else session.Output.Raw(slot.Call[slot.Index]);
            ReadOnlySpan<byte> written = session.Output.Written;
            bool failed = before < written.Length && written[before] == (byte)'-';
            if (failed) session.Server.Metrics.Errors.Count(written[(before + 1)..]);
            worker.Metrics?.Record(slot.Command.Id, (long)ns, failed);
        }

        foreach (ShardCall call in _calls) call.EndReading();
        _slots.Clear();
        _calls.Clear();
        if (writes && (session.ReplyMode != ReplyMode.On || session.SkipsThisReply)) session.Output.Truncate(start);
        session.SkipsThisReply = false;
        session.IsWaiting = false;
        _session = null!;
    }
}
