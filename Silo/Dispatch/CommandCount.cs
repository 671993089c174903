using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Protocol;

namespace OrleansKv.Silo.Dispatch;

/// <summary>Counts the commands of a turn, equal ones that follow one another together. All took as long as the turn.</summary>
internal struct CommandCount(WorkerMetrics? metrics, long ns)
{
    private int _id;
    private int _times;

    public void Add(CommandEntry command, bool failed)
    {
        if (metrics is null) return;
        if (failed)
        {
            metrics.Record(command.Id, ns, failed: true);
            return;
        }

        if (command.Id != _id) Flush();
        _id = command.Id;
        _times++;
    }

    /// <summary>Counts what has been added.</summary>
    public void Flush()
    {
        if (_times > 0) metrics!.RecordMany(_id, _times, ns * _times);
        _times = 0;
    }
}
