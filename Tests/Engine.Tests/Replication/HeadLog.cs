using OrleansKv.Engine.Replication;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Replication;

/// <summary>A log of which only the head is there: enough to be asked what it has.</summary>
internal sealed class HeadLog(LogHead head) : IReplicaLog
{
    public LogPosition End => head.End;

    public LogPosition Applied => head.Applied;

    public LogPosition Safe => throw new NotSupportedException();

    public Epoch Promised => throw new NotSupportedException();

    public bool MayHaveLostTail => throw new NotSupportedException();

    public LogHead Head => head;

    /// <summary>How often it was asked.</summary>
    public int Questions { get; private set; }

    public bool Has(LogPosition position)
    {
        Questions++;
        return head.Has(position);
    }

    public IReplicaRecords Read(LogPosition after, int maxBytes) => throw new NotSupportedException();

    public void Append(IReplicaRecords records, LogPosition after) => throw new NotSupportedException();

    public void Truncate(LogPosition to) => throw new NotSupportedException();

    public void Apply(LogPosition upTo) => throw new NotSupportedException();

    public void Begin(Epoch tenure) => throw new NotSupportedException();

    public void Promise(Epoch epoch) => throw new NotSupportedException();

    public void TailIsWhole() => throw new NotSupportedException();

    public LogPosition? BeginDigest() => throw new NotSupportedException();
}
