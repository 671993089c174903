using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Journal;

/// <summary>
/// Group commit for callers that must not block (grains): all who ask while a commit is under way share the next one. A commit that has to
/// wait for the disk runs on a thread of its own; one that only writes to the kernel takes a turn of the thread pool, behind the work that
/// is queued there already, so that what is about to append is in it too. Any thread.
/// </summary>
public sealed class CommitQueue : IDisposable
{
    private readonly JournalLog? _journal;
    private readonly Lock _lock = new();
    private readonly Thread _flusher; // of usual priority: clients wait for it
    private readonly AutoResetEvent _wake = new(false);
    private Generation _gathering = new();
    private bool _isScheduled;
    private volatile bool _isFlushing;
    private volatile bool _isStopping;

    /// <param name="journal">Null for a store that keeps nothing: every commit is done at once.</param>
    public CommitQueue(JournalLog? journal)
    {
        _journal = journal;
        _flusher = new Thread(Flush) { IsBackground = true, Name = "journal-commit" };
        if (journal is not null) _flusher.Start();
    }

    /// <summary>
    /// Completes when everything below <paramref name="upTo"/> is as safe as <paramref name="level"/> says; false when the journal has
    /// failed before it was.
    /// </summary>
    /// <param name="upTo">End of what the caller has appended, or has seen of others.</param>
    /// <param name="level">How safe.</param>
    /// <param name="isReader">It has appended nothing: after a failure, what was written before it is still shown.</param>
    public ValueTask<bool> CommitAsync(JournalOffset upTo, Durability level, bool isReader = false)
    {
        if (_journal is null) return new ValueTask<bool>(true);
        if ((level == Durability.Always ? _journal.Synced : _journal.Written) >= upTo) return new ValueTask<bool>(true);
        if (_journal.Failure is not null) return new ValueTask<bool>(isReader && _journal.Written >= upTo);
        Generation mine;
        bool schedule;
        lock (_lock)
        {
            mine = _gathering;
            if (level > mine.Level) mine.Level = level;
            schedule = !_isScheduled;
            _isScheduled = true;
        }

        // Behind a flush the pool's thread would wait for the journal's lock.
        if (level == Durability.Always || _isFlushing) _wake.Set();
        else if (schedule) ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Run(), this, preferLocal: false);
        return new ValueTask<bool>(mine.Done.Task);
    }

    /// <summary>Ends the thread; what has been asked for is committed first.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _wake.Set();
        if (_flusher.IsAlive) _flusher.Join();
        Run();
    }

    private void Flush()
    {
        while (!_isStopping)
        {
            _wake.WaitOne();
            _isFlushing = true;
            Run();
            _isFlushing = false;
        }
    }

    private void Run()
    {
        while (true)
        {
            Generation ready;
            lock (_lock)
            {
                if (!_isScheduled) return;
                ready = _gathering;
                _gathering = new Generation();
                _isScheduled = false;
            }

            ready.Done.SetResult(_journal!.Commit(_journal.Appended, ready.Level));
        }
    }

    /// <summary>Those who wait for the same commit.</summary>
    private sealed class Generation
    {
        public readonly TaskCompletionSource<bool> Done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public Durability Level;
    }
}
