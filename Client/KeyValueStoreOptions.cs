namespace OrleansKv.Client;

/// <summary>How a client of the store works.</summary>
public sealed class KeyValueStoreOptions
{
    /// <summary>Default of <see cref="MaxQueuedBytesPerShard"/>, 16 MiB.</summary>
    public const int DefaultMaxQueuedBytesPerShard = 16 * 1024 * 1024;

    /// <summary>Turns the typed methods' values into bytes and back; <see cref="JsonValueSerializer"/> by default.</summary>
    public IValueSerializer Serializer { get; set; } = new JsonValueSerializer();

    /// <summary>
    /// Bytes of operations that may gather for one shard while a call to it is away; 1 B to 1 GiB. Beyond that callers wait until there is
    /// room, so that a slow node does not fill this process' memory.
    /// </summary>
    public int MaxQueuedBytesPerShard { get; set; } = DefaultMaxQueuedBytesPerShard;

    /// <summary>
    /// How long an operation is tried again when nothing of it has run: the cluster is forming, or the shard is on its way to another node.
    /// 5 s by default, up to 10 minutes. How long an answer may take is Orleans' <c>ResponseTimeout</c>.
    /// </summary>
    public TimeSpan RetryTimeout { get; set; } = TimeSpan.FromSeconds(5);

    internal bool IsValid =>
        Serializer is not null
        && MaxQueuedBytesPerShard is > 0 and <= 1 << 30
        && RetryTimeout >= TimeSpan.Zero && RetryTimeout <= TimeSpan.FromMinutes(10);
}
