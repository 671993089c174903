namespace OrleansKv.Engine.Registers;

/// <summary>
/// One ballot's way through both phases. What it finds decides what it proposes: the change of it, or the same value again, so that a value
/// that only some acceptors have is finished before anybody is told of it. One thread.
/// </summary>
/// <param name="ballot">Never used before.</param>
/// <param name="set">The acceptors that are asked.</param>
/// <param name="operation">What is wanted.</param>
internal sealed class RegisterAttempt(Ballot ballot, AcceptorSet set, RegisterOperation operation)
{
    private readonly HashSet<AcceptorId> _granted = [];
    private Ballot _foundIn = Ballot.None;
    private RegisterValue? _found;
    private bool _agree = true;
    private bool _changes;

    public Ballot Ballot { get; } = ballot;

    /// <summary>The request that is away; it is sent again to whoever has not answered it.</summary>
    public RegisterRequest Request { get; private set; } = new(RequestKind.Prepare, operation.Register, ballot, null, set);

    /// <summary>The highest ballot that an acceptor has named.</summary>
    public Ballot Highest { get; private set; } = ballot;

    /// <summary>The register's value, after <see cref="AttemptResult.Changed"/> and <see cref="AttemptResult.Kept"/>.</summary>
    public RegisterValue? Value => Request.Kind == RequestKind.Accept ? Request.Value : _found;

    public IEnumerable<AcceptorId> Unanswered => set.All.Where(a => !_granted.Contains(a));

    /// <summary>A reply to <see cref="Request"/>; the caller has sorted out those of other ballots and phases, and stale sets.</summary>
    public AttemptResult Handle(RegisterReply reply)
    {
        if (reply.Promised > Highest) Highest = reply.Promised;
        if (reply.Kind == ReplyKind.Outrun) return AttemptResult.Outrun;
        bool isFirst = _granted.Count == 0;
        if (!_granted.Add(reply.From)) return AttemptResult.Waiting;
        if (Request.Kind == RequestKind.Prepare)
        {
            if (isFirst || (reply.Accepted > _foundIn && operation.Mutation != RegisterMutation.FirstValueInsteadOfHighest))
            {
                _agree &= isFirst;
                _foundIn = reply.Accepted;
                _found = reply.Value;
            }
            else if (reply.Accepted < _foundIn)
            {
                _agree = false;
            }
        }

        if (!set.IsQuorum(_granted)) return AttemptResult.Waiting;
        if (Request.Kind == RequestKind.Accept) return _changes ? AttemptResult.Changed : AttemptResult.Kept;
        return Propose();
    }

    // A quorum has promised: nothing below this ballot is chosen any more that it does not know of.
    private AttemptResult Propose()
    {
        if (operation.FateOf(_found) is var fate && fate == ChangeFate.Unknown) return AttemptResult.Unknown;
        byte[]? next = fate == ChangeFate.Happened ? null : operation.Change?.Invoke(_found);
        _changes = next is not null || fate == ChangeFate.Happened;
        // Where a quorum has the same value there is nothing to finish; unless a rewrite is to bring it to more acceptors, or a value that
        // this operation proposed before could still be chosen in its place.
        bool isChosen = _agree && !operation.IsRewrite && (fate == ChangeFate.Happened || !operation.MayHaveChanged);
        if (next is null && (isChosen || _found is null)) return _changes ? AttemptResult.Changed : AttemptResult.Kept;
        RegisterValue value = next is { } bytes
            ? new RegisterValue((_found?.Version ?? RegisterValue.NoVersion) + 1, Ballot, bytes)
            : _found!;
        if (next is not null) operation.Proposed(value);
        Request = new RegisterRequest(RequestKind.Accept, operation.Register, Ballot, value, set);
        _granted.Clear();
        return AttemptResult.Accepting;
    }
}
