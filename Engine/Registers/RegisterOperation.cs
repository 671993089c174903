namespace OrleansKv.Engine.Registers;

/// <summary>A read, a change or a rewrite that a caller waits for, over all its attempts. One thread.</summary>
/// <param name="id">The caller's name of it.</param>
/// <param name="register">The register.</param>
/// <param name="change">Null for a read and a rewrite.</param>
/// <param name="isRewrite">Whether the value is proposed again although a quorum has it.</param>
/// <param name="deadline">When the caller is told that it is not known, or not reachable, on the proposer's clock.</param>
/// <param name="mutation">The simulator's.</param>
internal sealed class RegisterOperation(
    long id, string register, RegisterChange? change, bool isRewrite, TimeSpan deadline, RegisterMutation mutation)
{
    // Each can still be chosen until a quorum has accepted a later ballot, so none is forgotten before the operation ends.
    private readonly List<RegisterValue> _proposed = [];

    public long Id => id;

    public string Register => register;

    public RegisterChange? Change => change;

    public bool IsRewrite => isRewrite;

    public TimeSpan Deadline => deadline;

    public RegisterMutation Mutation => mutation;

    /// <summary>Whether a value of this operation is on its way, or was: without an answer it may have been chosen, or still be.</summary>
    public bool MayHaveChanged => _proposed.Count > 0;

    /// <summary>A value is about to be sent to the acceptors.</summary>
    public void Proposed(RegisterValue value) => _proposed.Add(value);

    /// <summary>
    /// What has become of the values that were proposed, seen from what a quorum of a later ballot has. Each change raises the version by
    /// one, so that a register which is no further than such a value, and is not it, does not stand on it.
    /// </summary>
    public ChangeFate FateOf(RegisterValue? found)
    {
        if (mutation == RegisterMutation.ChangeAppliedTwice) return ChangeFate.NotHappened;
        if (_proposed.Exists(p => p.ProposedIn == found?.ProposedIn)) return ChangeFate.Happened;
        long version = found?.Version ?? RegisterValue.NoVersion;
        return _proposed.Exists(p => p.Version < version) ? ChangeFate.Unknown : ChangeFate.NotHappened;
    }
}
