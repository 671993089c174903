using System.Collections.Immutable;
using System.Diagnostics;
using OrleansKv.Engine.Registers;

namespace OrleansKv.Silo.Registers;

/// <summary>
/// This process' proposer on a thread of its own. It sleeps while nothing is asked; while something is it looks at the time every
/// <see cref="TickMs"/>. Any thread may ask.
/// </summary>
internal sealed class ProposerThread : IDisposable
{
    /// <summary>Of what the proposer waits for, 20 ms is the shortest.</summary>
    private const int TickMs = 10;

    private readonly Proposer _proposer;
    private readonly Action<AcceptorId, RegisterRequest> _send;
    private readonly Dictionary<long, TaskCompletionSource<RegisterOutcome>> _waiting = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly WorkThread _thread;
    private volatile AcceptorSet _set;
    private AcceptorSetChange? _change;
    private TaskCompletionSource<bool>? _changing;

    /// <param name="id">This life of the folder.</param>
    /// <param name="set">The acceptors.</param>
    /// <param name="send">Takes requests, on the proposer's thread; they may be lost.</param>
    public ProposerThread(ProposerId id, AcceptorSet set, Action<AcceptorId, RegisterRequest> send)
    {
        (_set, _send) = (set, send);
        _proposer = new Proposer(id, set, new ProposerOptions(), new Random());
        _thread = new WorkThread("proposer", Settle);
    }

    /// <summary>The newest set that it knows of.</summary>
    public AcceptorSet Set => _set;

    /// <summary>Reads a register. <see cref="OutcomeKind.Unreachable"/> after the time.</summary>
    public Task<RegisterOutcome> Read(string register, TimeSpan within) =>
        Submit(within, (now, until) => _proposer.Read(register, now, until));

    /// <summary>Changes it.</summary>
    public Task<RegisterOutcome> Change(string register, RegisterChange change, TimeSpan within) =>
        Submit(within, (now, until) => _proposer.Change(register, change, now, until));

    /// <summary>Has a majority accept its value again.</summary>
    public Task<RegisterOutcome> Rewrite(string register, TimeSpan within) =>
        Submit(within, (now, until) => _proposer.Rewrite(register, now, until));

    /// <summary>An acceptor has answered.</summary>
    public void Receive(RegisterReply reply) => _thread.TryPost(() =>
    {
        _proposer.Handle(reply, Now);
        _change?.Handle(reply, Now);
    });

    /// <summary>A set that others use.</summary>
    public void Use(AcceptorSet newer) => _thread.TryPost(() => _proposer.Use(newer, Now));

    /// <summary>
    /// Brings one acceptor in or takes one out; goes on with a change that another has begun. False when it did not get through: look at
    /// <see cref="Set"/> and try again.
    /// </summary>
    public Task<bool> ChangeSet(ImmutableSortedSet<AcceptorId> next, TimeSpan within)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isPosted = _thread.TryPost(() =>
        {
            // The set may have changed since the caller looked at it.
            if (_change is not null || !(_proposer.Set.IsJoint || _proposer.Set.IsStepTo(next)))
            {
                done.SetResult(false);
                return;
            }

            _changing = done;
            _change = new AcceptorSetChange(_proposer, next, Now, Now + within);
        });
        return isPosted ? done.Task : Task.FromResult(false);
    }

    public void Dispose()
    {
        _thread.Dispose();
        foreach (TaskCompletionSource<RegisterOutcome> waiting in _waiting.Values) waiting.TrySetCanceled();
        _changing?.TrySetResult(false);
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_started);

    private Task<RegisterOutcome> Submit(TimeSpan within, Func<TimeSpan, TimeSpan, long> submit)
    {
        var done = new TaskCompletionSource<RegisterOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isPosted = _thread.TryPost(() => _waiting[submit(Now, Now + within)] = done);
        return isPosted ? done.Task : Task.FromResult(new RegisterOutcome(0, OutcomeKind.Unreachable, null));
    }

    // Behind each piece of work: what the proposer has to send and to say. Returns how long it can wait.
    private TimeSpan Settle()
    {
        _set = _proposer.Set;
        if (_waiting.Count == 0 && _change is null) return Timeout.InfiniteTimeSpan;
        _proposer.Tick(Now);
        _change?.Tick(Now);
        // An outcome can ask for more: the steps of a change of the acceptors.
        while (_proposer.TakeOutcomes() is { Count: > 0 } outcomes)
        {
            foreach (RegisterOutcome outcome in outcomes)
            {
                if (_waiting.Remove(outcome.Operation, out TaskCompletionSource<RegisterOutcome>? waiting)) waiting.SetResult(outcome);
                else _change?.Handle(outcome, Now);
            }
        }

        foreach (OutgoingRequest request in _proposer.TakeRequests()) _send(request.To, request.Request);
        if (_change is { Step: AcceptorSetStep.Done or AcceptorSetStep.Failed } ended)
        {
            _change = null;
            _changing!.SetResult(ended.Step == AcceptorSetStep.Done);
        }

        _set = _proposer.Set;
        return _waiting.Count == 0 && _change is null ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(TickMs);
    }
}
