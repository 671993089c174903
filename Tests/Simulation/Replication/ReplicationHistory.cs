using OrleansKv.Simulation.Histories;
using OrleansKv.Simulation.Registers;

namespace OrleansKv.Simulation.Replication;

/// <summary>What clients have asked and been told, a key at a time.</summary>
internal sealed class ReplicationHistory
{
    private readonly Dictionary<int, List<HistoryOperation<RegisterOp>>> _byKey = [];
    private int _tokens;

    public int Answered { get; private set; }

    public int Undecided { get; private set; }

    public int NextToken() => ++_tokens;

    public void Read(int client, int key, TimeSpan called, TimeSpan returned, RegisterState seen)
    {
        Answered++;
        Add(key, new HistoryOperation<RegisterOp>(client, called, returned, new RegisterOp(RegisterOpKind.Read, null, 0, seen)));
    }

    public void Written(int client, int key, TimeSpan called, TimeSpan returned, RegisterState seen)
    {
        Answered++;
        Add(key, new HistoryOperation<RegisterOp>(
            client, called, returned, new RegisterOp(RegisterOpKind.Changed, null, seen.Token, seen)));
    }

    /// <summary>A write whose outcome its client was never told.</summary>
    public void PerhapsWritten(int client, int key, TimeSpan called, int token) => Add(key, new HistoryOperation<RegisterOp>(
        client, called, TimeSpan.MaxValue, new RegisterOp(RegisterOpKind.PerhapsChanged, null, token, null)));

    /// <summary>Throws <see cref="SimulationViolationException"/> where a key's history is not linearizable.</summary>
    public void Check()
    {
        foreach ((int key, List<HistoryOperation<RegisterOp>> history) in _byKey)
        {
            Verdict verdict = LinearizabilityChecker.Check(new RegisterModel(history), history, 2_000_000);
            if (verdict == Verdict.NotLinearizable)
                throw new SimulationViolationException($"the history of key {key} is not linearizable: {history.Count} operations");
            if (verdict == Verdict.Undecided) Undecided++;
        }
    }

    private void Add(int key, HistoryOperation<RegisterOp> operation)
    {
        if (!_byKey.TryGetValue(key, out List<HistoryOperation<RegisterOp>>? history)) _byKey[key] = history = [];
        history.Add(operation);
    }
}
