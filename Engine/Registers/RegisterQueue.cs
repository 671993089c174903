namespace OrleansKv.Engine.Registers;

/// <summary>
/// A proposer's operations on one register, in the order in which they were asked for. The first one is in one of three states: looking,
/// attempting, or pausing after it was outrun. The proposer's thread.
/// </summary>
internal sealed class RegisterQueue(Proposer proposer)
{
    private const int MaxPauseDoublings = 4;

    private readonly Queue<RegisterOperation> _operations = new();
    private RegisterLook? _look;
    private RegisterAttempt? _attempt;
    private TimeSpan _pauseUntil;
    private TimeSpan _sentAt;
    private int _outrun;

    public int Count => _operations.Count;

    public void Add(RegisterOperation operation, TimeSpan now)
    {
        _operations.Enqueue(operation);
        if (_operations.Count == 1) Begin(now);
    }

    public void Handle(RegisterReply reply, TimeSpan now)
    {
        if (_look is { } look && reply.To == RequestKind.Look && reply.Ballot == look.Request.Ballot)
        {
            if (look.Handle(reply, out RegisterValue? value)) End(OutcomeKind.Kept, value, now);
            else if (look.HasAllAnswers) Attempt(now);
        }
        else if (_attempt is { } attempt && reply.Ballot == attempt.Ballot && reply.To == attempt.Request.Kind)
        {
            Follow(attempt.Handle(reply), attempt, now);
        }
    }

    public void Tick(TimeSpan now)
    {
        while (_operations.TryPeek(out RegisterOperation? operation) && now >= operation.Deadline)
            End(operation.MayHaveChanged ? OutcomeKind.Unknown : OutcomeKind.Unreachable, null, now);
        if (_operations.Count == 0) return;
        if (_look is { } look)
        {
            if (now >= look.Until) Attempt(now);
        }
        else if (_attempt is { } attempt)
        {
            if (now - _sentAt >= proposer.Options.ResendAfter) Send(attempt.Unanswered, attempt.Request, now);
        }
        else if (now >= _pauseUntil)
        {
            Attempt(now);
        }
    }

    /// <summary>What is away was asked of acceptors that are not all of them any more.</summary>
    public void SetChanged(TimeSpan now)
    {
        if (_operations.Count > 0) Attempt(now);
    }

    private void Begin(TimeSpan now)
    {
        _outrun = 0;
        RegisterOperation operation = _operations.Peek();
        if (operation.Change is not null || operation.IsRewrite)
        {
            Attempt(now);
            return;
        }

        _look = new RegisterLook(proposer.NextBallot(), proposer.Set, operation, now + proposer.Options.LookFor);
        Send(proposer.Set.All, _look.Request, now);
    }

    private void Attempt(TimeSpan now)
    {
        _look = null;
        _attempt = new RegisterAttempt(proposer.NextBallot(), proposer.Set, _operations.Peek());
        Send(_attempt.Unanswered, _attempt.Request, now);
    }

    private void Follow(AttemptResult result, RegisterAttempt attempt, TimeSpan now)
    {
        switch (result)
        {
            case AttemptResult.Waiting:
                return;
            case AttemptResult.Accepting:
                Send(attempt.Unanswered, attempt.Request, now);
                return;
            case AttemptResult.Changed:
                End(OutcomeKind.Changed, attempt.Value, now);
                return;
            case AttemptResult.Kept:
                End(OutcomeKind.Kept, attempt.Value, now);
                return;
            case AttemptResult.Unknown:
                End(OutcomeKind.Unknown, null, now);
                return;
            case AttemptResult.Outrun:
                _attempt = null;
                _pauseUntil = now + proposer.PauseBelow(proposer.Options.FirstPause * (1 << Math.Min(_outrun++, MaxPauseDoublings)));
                return;
            default:
                throw new InvalidOperationException($"an attempt does not end with {result}");
        }
    }

    private void End(OutcomeKind kind, RegisterValue? value, TimeSpan now)
    {
        _look = null;
        _attempt = null;
        proposer.End(_operations.Dequeue(), kind, value);
        if (_operations.Count > 0) Begin(now);
    }

    private void Send(IEnumerable<AcceptorId> to, RegisterRequest request, TimeSpan now)
    {
        _sentAt = now;
        foreach (AcceptorId acceptor in to) proposer.Send(acceptor, request);
    }
}
