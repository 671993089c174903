namespace OrleansKv.Gateway;

/// <summary>Takes exceptions that should not have been: they are a defect of ours, never a user's mistake.</summary>
internal sealed class FaultReporter
{
    private readonly Action<string, Exception>? _report;

    public FaultReporter(Action<string, Exception>? report = null) => _report = report;

    private long _handshakes;

    /// <summary>TLS handshakes that failed since start.</summary>
    public long RejectedHandshakes => Volatile.Read(ref _handshakes);

    /// <summary>A peer that does not speak our TLS; counted, and told to who listens.</summary>
    public void RejectedHandshake(System.Net.EndPoint? remote, string why)
    {
        Interlocked.Increment(ref _handshakes);
        OnConnection?.Invoke($"TLS handshake with {remote} failed: {why}");
    }

    /// <summary>Takes a line a connection that could not be served.</summary>
    public Action<string>? OnConnection { get; init; }

    public void Report(string where, Exception failure) => _report?.Invoke(where, failure);
}
