namespace OrleansKv.Cluster.Tests.Cluster.Support;

/// <summary>One stored state, and the states of activations that read and write it.</summary>
internal sealed class CountingState<T>
    where T : class, new()
{
    /// <summary>What is stored; null for nothing.</summary>
    public T? Stored { get; set; }

    public int Writes { get; private set; }

    /// <summary>The next write fails, and nothing is stored.</summary>
    public bool FailsOnce { get; set; }

    /// <summary>The state of one more activation, read as Orleans does before the activation begins.</summary>
    public IPersistentState<T> Activate() => new OfActivation(this);

    private sealed class OfActivation : IPersistentState<T>
    {
        private readonly CountingState<T> _of;

        public OfActivation(CountingState<T> of)
        {
            _of = of;
            Read();
        }

        public T State { get; set; } = new();

        public string? Etag => null;

        public bool RecordExists { get; private set; }

        public Task ReadStateAsync()
        {
            Read();
            return Task.CompletedTask;
        }

        public Task WriteStateAsync()
        {
            if (_of.FailsOnce)
            {
                _of.FailsOnce = false;
                throw new IOException("the database is away");
            }

            _of.Writes++;
            (_of.Stored, RecordExists) = (State, true);
            return Task.CompletedTask;
        }

        public Task ClearStateAsync() => throw new NotSupportedException();

        private void Read() => (State, RecordExists) = (_of.Stored ?? new T(), _of.Stored is not null);
    }
}
