namespace OrleansKv.Protocol.Records;

/// <summary>
/// One change of a shard's map, absolute: applied to the same map it gives the same map, with no clock and no question.
/// </summary>
/// <param name="kind">What it does.</param>
/// <param name="key">Key, empty for <see cref="EffectKind.Clear"/>.</param>
/// <param name="value">New value (Set) or overwriting bytes (Patch).</param>
/// <param name="deadlineMs">Milliseconds since the Unix epoch, 0 for none (Set, SetDeadline).</param>
/// <param name="offset">First byte overwritten (Patch).</param>
public readonly ref struct Effect(EffectKind kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, int offset)
{
    public EffectKind Kind { get; } = kind;

    public ReadOnlySpan<byte> Key { get; } = key;

    public ReadOnlySpan<byte> Value { get; } = value;

    public long DeadlineMs { get; } = deadlineMs;

    public int Offset { get; } = offset;
}
