namespace OrleansKv.Client;

/// <summary>When a value that is written is to go. Times are rounded up to milliseconds. The default is <see cref="Never"/>.</summary>
public readonly record struct Expiry
{
    private Expiry(ExpiryKind kind, long ms)
    {
        Kind = kind;
        Ms = ms;
    }

    /// <summary>It stays until it is deleted.</summary>
    public static Expiry Never => default;

    /// <summary>The key keeps the time that it has; a new one stays.</summary>
    public static Expiry Keep { get; } = new(ExpiryKind.Keep, 0);

    internal ExpiryKind Kind { get; }

    /// <summary>From now on, or since the Unix epoch; milliseconds.</summary>
    internal long Ms { get; }

    /// <summary>After a time by the clock of the shard's node.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not above zero.</exception>
    public static Expiry After(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        return new Expiry(ExpiryKind.After, Up(time.Ticks));
    }

    /// <summary>At a point in time; one that has passed deletes the key.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The point is in 1970 or before.</exception>
    public static Expiry At(DateTimeOffset point)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(point, DateTimeOffset.UnixEpoch);
        return new Expiry(ExpiryKind.At, Up(point.UtcTicks - DateTimeOffset.UnixEpoch.Ticks));
    }

    /// <summary><see cref="After"/>.</summary>
    public static implicit operator Expiry(TimeSpan time) => After(time);

    /// <summary><see cref="At"/>.</summary>
    public static implicit operator Expiry(DateTimeOffset point) => At(point);

    private static long Up(long ticks) => (ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
}
