namespace OrleansKv.Engine.Registers;

/// <summary>
/// A read without a write: a value counts when a quorum has accepted it in one and the same ballot, for a later value would be among the
/// answers of any quorum. Acceptors that differ need an attempt. One thread.
/// </summary>
/// <param name="mark">Never used before; promises nothing, but tells this look's answers from late ones of an earlier look.</param>
/// <param name="set">The acceptors that are asked.</param>
/// <param name="operation">The read.</param>
/// <param name="until">When it is given up, on the proposer's clock.</param>
internal sealed class RegisterLook(Ballot mark, AcceptorSet set, RegisterOperation operation, TimeSpan until)
{
    private readonly Dictionary<AcceptorId, RegisterReply> _answers = [];

    public RegisterRequest Request { get; } = new(RequestKind.Look, operation.Register, mark, null, set);

    public TimeSpan Until => until;

    public bool HasAllAnswers => _answers.Count == set.All.Count;

    /// <summary>Takes a reply; true when the value is known.</summary>
    public bool Handle(RegisterReply reply, out RegisterValue? value)
    {
        _answers[reply.From] = reply;
        value = reply.Value;
        if (operation.Mutation == RegisterMutation.ReadOfOneAcceptor) return true;
        if (operation.Mutation == RegisterMutation.ReadOfUnfinishedValue && set.IsQuorum(_answers.Keys.ToHashSet()))
        {
            value = _answers.Values.MaxBy(a => a.Accepted)!.Value;
            return true;
        }

        return set.IsQuorum(_answers.Values.Where(a => a.Accepted == reply.Accepted).Select(a => a.From).ToHashSet());
    }
}
