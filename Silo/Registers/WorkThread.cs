using System.Collections.Concurrent;

namespace OrleansKv.Silo.Registers;

/// <summary>
/// A named thread that does what it is given, in order. The registers have threads of their own: a pool that is full of other work must
/// not keep a node from saying that it is alive.
/// </summary>
internal sealed class WorkThread : IDisposable
{
    /// <summary>Work that may wait; what comes beyond it is refused. A proposer sends again what has not been answered.</summary>
    private const int MaxWaiting = 8192;

    private readonly BlockingCollection<Action> _work = new(MaxWaiting);
    private readonly Thread _thread;

    /// <param name="name">Shown by debuggers and top -H.</param>
    /// <param name="behind">Runs behind each piece of work, and when the wait that it returned last is over; -1 ms waits for work.</param>
    public WorkThread(string name, Func<TimeSpan> behind)
    {
        _thread = new Thread(() => Run(behind)) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>False when it has too much to do, or has ended.</summary>
    public bool TryPost(Action work)
    {
        try
        {
            return _work.TryAdd(work);
        }
        catch (InvalidOperationException)
        {
            return false; // ended
        }
    }

    /// <summary>Ends it when what has been posted is done.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Run(Func<TimeSpan> behind)
    {
        TimeSpan wait = Timeout.InfiniteTimeSpan;
        while (!_work.IsCompleted)
        {
            if (_work.TryTake(out Action? work, wait)) work();
            wait = behind();
        }
    }
}
