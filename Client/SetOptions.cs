namespace OrleansKv.Client;

/// <summary>How a set writes. By default it always writes, and the value never expires.</summary>
/// <param name="Expiry">When the value is to go.</param>
/// <param name="Condition">When to write at all.</param>
public readonly record struct SetOptions(Expiry Expiry = default, SetCondition Condition = SetCondition.Always)
{
    /// <summary>Always writes, with this expiry.</summary>
    public static implicit operator SetOptions(Expiry expiry) => new(expiry);

    /// <summary>Always writes, with this time to live.</summary>
    public static implicit operator SetOptions(TimeSpan time) => new(time);

    /// <summary>Writes under a condition; the value never expires.</summary>
    public static implicit operator SetOptions(SetCondition condition) => new(default, condition);
}
