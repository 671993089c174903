using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Replication;

/// <summary>What one replica tells another of its log: enough to find out how far the two share a past.</summary>
/// <param name="End">Position of its last record.</param>
/// <param name="Applied">Position up to which its map has the records: those behind can be taken back, these cannot.</param>
/// <param name="Epochs">Its epochs, oldest first, with the Lsn at which each begins.</param>
public sealed record LogHead(LogPosition End, LogPosition Applied, IReadOnlyList<EpochStart> Epochs)
{
    /// <summary>Whether the log has a record at this position, or begins there.</summary>
    public bool Has(LogPosition position)
    {
        if (position == LogPosition.None) return true;
        int at = LastAtOrBefore(position.Lsn);
        return at >= 0 && Epochs[at].Epoch == position.Epoch && position.Lsn <= LastLsn(at);
    }

    /// <summary>
    /// The last position that both logs have. One process alone writes an epoch, so what two logs have of one epoch is the same as far as
    /// both go.
    /// </summary>
    public LogPosition CommonWith(LogHead other)
    {
        for (int i = Epochs.Count - 1; i >= 0; i--)
        {
            int j = other.IndexOf(Epochs[i].Epoch);
            if (j >= 0) return new LogPosition(Epochs[i].Epoch, new Lsn(Math.Min(LastLsn(i).Value, other.LastLsn(j).Value)));
        }

        return LogPosition.None;
    }

    private int IndexOf(Epoch epoch)
    {
        for (int i = Epochs.Count - 1; i >= 0; i--)
        {
            if (Epochs[i].Epoch == epoch) return i;
        }

        return -1;
    }

    private int LastAtOrBefore(Lsn lsn)
    {
        for (int i = Epochs.Count - 1; i >= 0; i--)
        {
            if (Epochs[i].First <= lsn) return i;
        }

        return -1;
    }

    private Lsn LastLsn(int index) => index == Epochs.Count - 1 ? End.Lsn : new Lsn(Epochs[index + 1].First.Value - 1);
}
