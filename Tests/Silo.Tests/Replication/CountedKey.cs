namespace OrleansKv.Silo.Tests.Replication;

/// <summary>
/// A key that one client counts up, and what it knows of it: an increment that was acknowledged has happened, and one whose outcome is
/// unknown may have, once. Threads: the client's writes, any may read.
/// </summary>
/// <param name="name">The key.</param>
internal sealed class CountedKey(string name)
{
    private long _sent;
    private long _acknowledged;
    private long _lastAcknowledged;

    public string Name => name;

    /// <summary>Increments that were sent: no reader sees more.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>The last value that was acknowledged: no reader that asks from now on sees less.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Which of those that were sent was acknowledged last; the client sends one after the other.</summary>
    public long LastAcknowledged => Interlocked.Read(ref _lastAcknowledged);

    /// <summary>An increment is about to be sent.</summary>
    public void Send() => Interlocked.Increment(ref _sent);

    /// <summary>It was answered with the key's new value.</summary>
    public void Acknowledge(long value)
    {
        if (value <= Acknowledged) throw new InvalidDataException($"{name}: {value} was answered behind {Acknowledged}");
        if (value > Sent) throw new InvalidDataException($"{name}: {value} was answered, but only {Sent} increments were sent");
        Interlocked.Exchange(ref _acknowledged, value);
        Interlocked.Exchange(ref _lastAcknowledged, Sent);
    }
}
