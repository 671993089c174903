namespace OrleansKv.Grains.Storage;

/// <summary>Counts the operations that use a store, so that it is closed only when none does. Any thread.</summary>
internal sealed class OperationGate
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _isClosed;

    /// <summary>False once it is closed; otherwise <see cref="Leave"/> must follow.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_isClosed) return false;
            _running++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            _running--;
            if (_isClosed && _running == 0) _idle.TrySetResult();
        }
    }

    /// <summary>Lets nobody in any more; completes when the last has left.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
            if (_running == 0) _idle.TrySetResult();
        }

        return _idle.Task;
    }
}
