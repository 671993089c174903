using System.Diagnostics;
using System.Runtime.InteropServices;
using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// The replies that a session waits for: written in the order of its commands when the last call has ended, up to the first that was
/// deferred. Reused; the worker's thread.
/// </summary>
internal sealed class PendingReplies
{
    /// <summary>16 MiB: replies beyond are written when these have been sent. Pipelines of usual values never come to it.</summary>
    private const int MaxWrittenBytes = 16 * 1024 * 1024;

    private readonly List<ReplySlot> _slots = [];
    private readonly List<ShardCall> _calls = [];
    private Session _session = null!;
    private long _started;
    private int _left;
    private int _at;
    private int _replyAt;
    private bool _isOpen;
    private bool _isAlone;

    public Session Session => _session;

    /// <param name="session">Who waits.</param>
    /// <param name="started">Time stamp of the first try.</param>
    /// <param name="isAlone">Its first command was asked alone because its reply is long.</param>
    public void Begin(Session session, long started, bool isAlone)
    {
        _session = session;
        _started = started;
        _isAlone = isAlone;
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

    /// <summary>
    /// A call has failed, and nobody knows what of it has run: its reads are asked again, but for those before a change that the session
    /// had sent with it, for they must not see that.
    /// </summary>
    public void AskReadsAgain(ShardCall call)
    {
        for (int i = _slots.Count - 1; i >= 0; i--)
        {
            ReplySlot slot = _slots[i];
            if (!slot.StandsOn(call)) continue;
            if (slot.Command is not { Data.IsWrite: false }) return; // a change, or a group that may have some
            if (slot.Finish is null) call.AskAgain(slot.Index);
            foreach (CallItem item in (slot.Finish?.Items ?? []).Where(item => item.IsOf(call))) item.MarkToAskAgain();
        }
    }

    /// <summary>Writes the replies into the session's output and lets the calls go. What was deferred is the session's then.</summary>
    public void Finish(Worker worker)
    {
        Session session = _session;
        try
        {
            if (!session.IsGone) Write(session, worker);
        }
        catch (Exception failure)
        {
            // Not even an error could be written, for want of memory: this client's trouble, nobody else's.
            session.Server.Faults.Report("replies", failure);
            session.Kill("its replies cannot be held in memory");
        }
        finally
        {
            foreach (ShardCall call in _calls) call.EndReading();
            _slots.Clear();
            _calls.Clear();
            session.IsWaiting = false;
            _session = null!;
        }
    }

    private void Write(Session session, Worker worker)
    {
        int start = session.Output.Length;
        session.MarkReply();
        var count = new CommandCount(worker.Metrics, (long)Stopwatch.GetElapsedTime(_started).TotalNanoseconds);
        bool hasSlow = false;
        foreach (ShardCall call in _calls) hasSlow |= call.HasSlow;
        for (_at = 0; _at < _slots.Count; _at++)
        {
            try
            {
                WriteReady(session, ref count, hasSlow);
                break;
            }
            catch (Exception failure)
            {
                session.Output.Truncate(_replyAt);
                WriteError(session, failure);
                if (_slots[_at].Command is { } command) count.Add(command, failed: true);
            }
        }

        count.Flush();
        int written = session.Output.Length - start;
        session.DropUnwanted();
        if (_at < _slots.Count) Defer(session, written);
        else session.SkipsThisReply = false;
    }

    // Until all are written, or one that is not ready; it stands at that one then, or, when it throws, at the one whose reply could not be
    // written.
    private void WriteReady(Session session, ref CommandCount count, bool hasSlow)
    {
        ReplyWriter output = session.Output;
        ReadOnlySpan<ReplySlot> slots = CollectionsMarshal.AsSpan(_slots);
        for (; _at < slots.Length; _at++)
        {
            ref readonly ReplySlot slot = ref slots[_at];
            int before = _replyAt = output.Length;
            if (before > MaxWrittenBytes) return;
            bool failed;
            if (slot.Finish is null && slot.Call!.TryGet(slot.Index, out ReadOnlySpan<byte> reply))
            {
                output.Raw(reply);
                failed = reply[0] == (byte)'-';
            }
            else
            {
                if (!slot.IsReady) return;
                if (slot.Finish is { } part) part.Write(session);
                else output.Error(slot.Call!.Failure!);
                failed = before < output.Length && output.Written[before] == (byte)'-';
            }

            if (failed) session.Server.Metrics.Errors.Count(output.Written[(before + 1)..]);
            if (slot.Command is { } command) count.Add(command, failed);
            if (hasSlow) NoteSlow(session, slot);
        }
    }

    private void WriteError(Session session, Exception failure)
    {
        if (failure is ReplyTooLongException)
        {
            session.Output.Error(ReplyTooLongException.Text);
            return;
        }

        string name = _slots[_at].Command?.Spec.Name ?? "exec";
        session.Server.Faults.Report(name, failure);
        session.Output.Error(CommandRunner.InternalErrorIn(name));
    }

    private void Defer(Session session, int written)
    {
        ReadOnlySpan<ReplySlot> slots = CollectionsMarshal.AsSpan(_slots);
        var rest = new List<ReplySlot>(slots.Length - _at);
        for (int i = _at; i < slots.Length; i++) rest.Add(slots[i].Keep());
        bool alone = (_isAlone && (written > BatchFormat.LongReplyBytes || _at == 0))
            || rest[0].Finish!.Items.Any(i => !i.HasRun && i.IsTooLong);
        session.Deferred = new DeferredReplies(rest, _started, alone);
    }

    // For SLOWLOG and LATENCY: how long the command ran where it ran, without the way there. Of several parts the slowest.
    private static void NoteSlow(Session session, in ReplySlot slot)
    {
        if (slot.Command is not { } command) return; // EXEC's members are noted one by one
        CallItem? slowest = null;
        foreach (CallItem item in slot.Finish?.Items ?? [new CallItem(slot.Call!, slot.Index)])
        {
            if (item.SlowNs() > (slowest?.SlowNs() ?? 0)) slowest = item;
        }

        if (slowest is not null && slowest.SlowNs() >= session.Server.SlowCommands.ThresholdNs)
            session.Server.SlowCommands.Take(session, command, slowest.Args, slowest.SlowNs());
    }
}
