namespace OrleansKv.Bench.Load;

/// <summary>A count for every outcome. Thread: one worker's, or the merger's after the workers have stopped.</summary>
internal sealed class OutcomeCounts
{
    private readonly long[] _counts = new long[(int)ReplyOutcome.Count];

    public long this[ReplyOutcome outcome]
    {
        get => _counts[(int)outcome];
        set => _counts[(int)outcome] = value;
    }

    public long Writes => this[ReplyOutcome.Stored] + this[ReplyOutcome.SetError];
    public long Reads => this[ReplyOutcome.Hit] + this[ReplyOutcome.Miss] + this[ReplyOutcome.WrongValue] + this[ReplyOutcome.GetError];
    public long Errors => this[ReplyOutcome.SetError] + this[ReplyOutcome.GetError];
    public long Total => Reads + Writes;

    public void Add(OutcomeCounts other)
    {
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
    }
}
