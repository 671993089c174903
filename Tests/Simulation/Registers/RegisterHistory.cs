using System.Buffers.Binary;
using OrleansKv.Engine.Registers;
using OrleansKv.Simulation.Histories;

namespace OrleansKv.Simulation.Registers;

/// <summary>
/// What all clients have asked and been told, a register at a time. Checks with each answer that a version is one value for everybody, and
/// at the end that the history is linearizable.
/// </summary>
internal sealed class RegisterHistory
{
    private readonly Dictionary<string, List<HistoryOperation<RegisterOp>>> _byRegister = [];
    private readonly Dictionary<(string Register, long Version), Ballot> _chosen = [];
    private int _tokens;

    public int Answered { get; private set; }

    /// <summary>Histories whose check came to no end: nothing is known of them.</summary>
    public int Undecided { get; private set; }

    public int NextToken() => ++_tokens;

    public static byte[] Bytes(int token)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, token);
        return bytes;
    }

    /// <summary>An answer; throws <see cref="SimulationViolationException"/>.</summary>
    public void Ended(PendingOperation pending, OutcomeKind kind, RegisterValue? value, TimeSpan now)
    {
        switch (kind)
        {
            case OutcomeKind.Changed:
            case OutcomeKind.Kept:
                Answered++;
                CheckChosen(pending.Register, value);
                var seen = new RegisterState(value?.Version ?? RegisterValue.NoVersion, value is null
                    ? 0
                    : BinaryPrimitives.ReadInt32LittleEndian(value.Bytes.Span));
                RegisterOpKind opKind = kind == OutcomeKind.Changed ? RegisterOpKind.Changed : RegisterOpKind.Read;
                Add(pending, now, new RegisterOp(opKind, pending.Expected, pending.Token, seen));
                break;
            case OutcomeKind.Unknown:
                Lost(pending);
                break;
            case OutcomeKind.Unreachable:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    /// <summary>There will be no answer.</summary>
    public void Lost(PendingOperation pending)
    {
        if (pending.IsChange)
            Add(pending, TimeSpan.MaxValue, new RegisterOp(RegisterOpKind.PerhapsChanged, pending.Expected, pending.Token, null));
    }

    /// <summary>Throws <see cref="SimulationViolationException"/> where a register's history is not linearizable.</summary>
    public void Check()
    {
        foreach ((string register, List<HistoryOperation<RegisterOp>> history) in _byRegister)
        {
            Verdict verdict = LinearizabilityChecker.Check(new RegisterModel(history), history);
            if (verdict == Verdict.NotLinearizable)
                throw new SimulationViolationException($"the history of {register} is not linearizable: {history.Count} operations");
            if (verdict == Verdict.Undecided) Undecided++;
        }
    }

    private void CheckChosen(string register, RegisterValue? value)
    {
        if (value is null) return;
        if (_chosen.TryAdd((register, value.Version), value.ProposedIn) || _chosen[(register, value.Version)] == value.ProposedIn) return;
        throw new SimulationViolationException($"version {value.Version} of {register} is {_chosen[(register, value.Version)]} to one "
            + $"client and {value.ProposedIn} to another");
    }

    private void Add(PendingOperation pending, TimeSpan returned, RegisterOp operation)
    {
        if (!_byRegister.TryGetValue(pending.Register, out List<HistoryOperation<RegisterOp>>? history))
            _byRegister[pending.Register] = history = [];
        history.Add(new HistoryOperation<RegisterOp>(pending.Client, pending.Called, returned, operation));
    }
}
