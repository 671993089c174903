using OrleansKv.Protocol;

namespace OrleansKv.Grains;

/// <summary>
/// Commands for one shard as bytes (<see cref="BatchFormat"/>). The buffer may be longer than the batch, and is the sender's:
/// nobody changes it until the call has ended.
/// </summary>
[Immutable]
public sealed class ShardBatch(byte[] buffer, int length, long mapVersion, uint epoch = 0)
{
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>Version of the cluster map that the sender routed by.</summary>
    public long MapVersion => mapVersion;

    /// <summary>
    /// Epoch of the shard in that map; 0 for a sender that does not say. A shard that is served in an older one is fenced.
    /// </summary>
    public uint Epoch => epoch;
}
