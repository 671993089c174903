using System.Collections.Immutable;

namespace OrleansKv.Engine.Registers;

/// <summary>
/// Brings one acceptor in, or takes one out, while registers are read and changed (ADR 10). Its steps:
/// <list type="number">
/// <item>the joint set is chosen as the value of a register, under the old set;</item>
/// <item>a quorum of it refuses the old set from then on (fence), and names the registers that it has: nothing is chosen by the old
/// acceptors alone any more;</item>
/// <item>every register is accepted again under the joint set, so that a majority of the new acceptors has all that was ever chosen;</item>
/// <item>the new set is chosen under the joint one;</item>
/// <item>a quorum of it is asked with it: from then on nobody needs the acceptor that has gone to find out that it has.</item>
/// </list>
/// Whoever finds a joint set can go on from step 2, for each step may be done twice. One thread, the proposer's.
/// </summary>
public sealed class AcceptorSetChange
{
    private readonly Proposer _proposer;
    private readonly TimeSpan _deadline;
    private readonly HashSet<AcceptorId> _fenced = []; // by the joint set, then by the new one
    private readonly HashSet<string> _registers = [];
    private readonly HashSet<long> _rewrites = [];
    private AcceptorSet _joint;
    private TimeSpan _fenceSentAt;
    private long _operation;

    /// <summary>Begins, or goes on with the change that another has begun: <paramref name="next"/> does not count then.</summary>
    public AcceptorSetChange(Proposer proposer, ImmutableSortedSet<AcceptorId> next, TimeSpan now, TimeSpan deadline)
    {
        _proposer = proposer;
        _deadline = deadline;
        AcceptorSet set = proposer.Set;
        _joint = set.IsJoint ? set : set.JointWith(next);
        if (set.IsJoint) Fence(now);
        else _operation = proposer.Change(AcceptorSetRegister.Name, AcceptorSetRegister.Replace(set, _joint), now, deadline);
    }

    /// <summary>Where it stands.</summary>
    public AcceptorSetStep Step { get; private set; } = AcceptorSetStep.Joining;

    /// <summary>A reply that the proposer was given, too.</summary>
    public void Handle(RegisterReply reply, TimeSpan now)
    {
        if (Step is not (AcceptorSetStep.Fencing or AcceptorSetStep.Announcing) || reply.To != RequestKind.Fence
            || reply.Kind != ReplyKind.Granted || reply.Set.Version != Asked.Version) return;
        _fenced.Add(reply.From);
        if (Step == AcceptorSetStep.Announcing)
        {
            if (Asked.IsQuorum(_fenced)) Step = AcceptorSetStep.Done;
            return;
        }

        _registers.UnionWith(reply.Registers);
        if (!_joint.IsQuorum(_fenced) && _proposer.Mutation != RegisterMutation.NoFence) return;
        Step = AcceptorSetStep.Rewriting;
        if (_proposer.Mutation == RegisterMutation.NoRewrite) _registers.Clear();
        foreach (string register in _registers.Order(StringComparer.Ordinal)) _rewrites.Add(_proposer.Rewrite(register, now, _deadline));
        if (_rewrites.Count == 0) Complete(now);
    }

    /// <summary>An outcome that the proposer has told.</summary>
    public void Handle(RegisterOutcome outcome, TimeSpan now)
    {
        if (Step == AcceptorSetStep.Rewriting && _rewrites.Remove(outcome.Operation))
        {
            if (outcome.Kind != OutcomeKind.Kept) Step = AcceptorSetStep.Failed;
            else if (_rewrites.Count == 0) Complete(now);
        }
        else if (outcome.Operation == _operation && Step is AcceptorSetStep.Joining or AcceptorSetStep.Completing)
        {
            if (outcome.Kind != OutcomeKind.Changed) Fail(outcome, now);
            else if (Step == AcceptorSetStep.Joining) Fence(now);
            else Finish(now);
        }
    }

    // Another was faster, or this one's own change of before went through without an answer: the register says which set is in force, and
    // perhaps nobody else does.
    private void Fail(RegisterOutcome outcome, TimeSpan now)
    {
        Step = AcceptorSetStep.Failed;
        if (outcome.Value is { } chosen) _proposer.Use(new RegisterBytes(chosen.Bytes.Span).ReadSet(), now);
    }

    public void Tick(TimeSpan now)
    {
        if (Step is not (AcceptorSetStep.Fencing or AcceptorSetStep.Announcing)) return;
        if (now >= _deadline || _proposer.Set.Version > Asked.Version)
            Step = Step == AcceptorSetStep.Announcing ? AcceptorSetStep.Done : AcceptorSetStep.Failed;
        else if (now - _fenceSentAt >= _proposer.Options.ResendAfter) SendFence(now);
    }

    // The set that acceptors are asked with.
    private AcceptorSet Asked => Step == AcceptorSetStep.Announcing ? _joint.Completed() : _joint;

    private void Fence(TimeSpan now)
    {
        Step = AcceptorSetStep.Fencing;
        _proposer.Use(_joint, now);
        SendFence(now);
    }

    private void SendFence(TimeSpan now)
    {
        _fenceSentAt = now;
        var request = new RegisterRequest(RequestKind.Fence, "", Ballot.None, null, Asked);
        foreach (AcceptorId acceptor in Asked.All.Except(_fenced)) _proposer.Send(acceptor, request);
    }

    private void Complete(TimeSpan now)
    {
        Step = AcceptorSetStep.Completing;
        _operation = _proposer.Change(AcceptorSetRegister.Name, AcceptorSetRegister.Replace(_joint, _joint.Completed()), now, _deadline);
    }

    private void Finish(TimeSpan now)
    {
        Step = AcceptorSetStep.Announcing;
        _fenced.Clear();
        _proposer.Use(Asked, now);
        SendFence(now);
    }
}
