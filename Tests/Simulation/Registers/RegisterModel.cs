using OrleansKv.Simulation.Histories;

namespace OrleansKv.Simulation.Registers;

/// <summary>
/// A register whose operations follow one another. Each version that somebody has seen is one token's; so a change without an answer whose
/// token was seen has made that version, and one whose token was not seen has made none of those. Without that knowledge the search would
/// try all of them everywhere.
/// </summary>
internal sealed class RegisterModel : ISequentialModel<RegisterState, RegisterOp>
{
    private readonly Dictionary<int, long> _versionOfToken = [];
    private readonly HashSet<long> _seenVersions = [];

    public RegisterModel(IEnumerable<HistoryOperation<RegisterOp>> history)
    {
        foreach (RegisterState seen in history.Select(o => o.Operation.Seen).OfType<RegisterState>())
        {
            _versionOfToken[seen.Token] = seen.Version;
            _seenVersions.Add(seen.Version);
        }
    }

    public RegisterState Initial => new(0, 0);

    public bool TryApply(RegisterState state, RegisterOp operation, out RegisterState next)
    {
        bool applies = operation.Expected is not { } expected || expected == state.Version;
        var changed = new RegisterState(state.Version + 1, operation.Token);
        next = operation.Kind == RegisterOpKind.Read ? state : changed;
        return operation.Kind switch
        {
            RegisterOpKind.Read => operation.Seen == state,
            RegisterOpKind.Changed => applies && operation.Seen == changed,
            RegisterOpKind.PerhapsChanged => applies && CanHaveMade(operation.Token, changed.Version),
            _ => throw new ArgumentException($"no operation has the kind {operation.Kind}", nameof(operation)),
        };
    }

    private bool CanHaveMade(int token, long version) =>
        _versionOfToken.TryGetValue(token, out long made) ? made == version : !_seenVersions.Contains(version);
}
