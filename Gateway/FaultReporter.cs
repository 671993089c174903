namespace OrleansKv.Gateway;

/// <summary>Takes exceptions that should not have been: they are a defect of ours, never a user's mistake.</summary>
internal sealed class FaultReporter
{
    private readonly Action<string, Exception>? _report;

    public FaultReporter(Action<string, Exception>? report = null) => _report = report;

    /// <summary>A peer that does not speak our TLS; told to who listens.</summary>
    public void RejectedHandshake(System.Net.EndPoint? remote, string why) => Notice($"TLS handshake with {remote} failed: {why}");

    /// <summary>Something of a client's that its operator should know of.</summary>
    public void Notice(string text) => OnNotice?.Invoke(text);

    public Action<string>? OnNotice { get; init; }

    public void Report(string where, Exception failure) => _report?.Invoke(where, failure);
}
