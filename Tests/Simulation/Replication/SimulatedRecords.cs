using OrleansKv.Engine.Replication;
using OrleansKv.Protocol;

namespace OrleansKv.Simulation.Replication;

/// <summary>Records on their way.</summary>
internal sealed class SimulatedRecords(LogPosition before, IReadOnlyList<SimulatedRecord> records) : IReplicaRecords
{
    public LogPosition Before => before;

    public LogPosition Last => records.Count > 0 ? records[^1].Position : before;

    public bool IsEmpty => records.Count == 0;

    public IReadOnlyList<SimulatedRecord> All => records;

    public LogPosition KnownBy(IReplicaLog log)
    {
        LogPosition known = before;
        foreach (SimulatedRecord record in records)
        {
            if (!log.Has(record.Position)) break;
            known = record.Position;
        }

        return known;
    }

    public IReplicaRecords UpTo(LogPosition last) =>
        new SimulatedRecords(before, [.. records.TakeWhile(r => r.Position <= last)]);
}
