namespace OrleansKv.Grains.Replication;

/// <summary>The copy of a shard that this node follows, for who is content with reads that may miss the newest writes.</summary>
internal interface IFollowerCopy
{
    /// <summary>
    /// Runs a batch of commands that only read; null when the copy cannot be read now: then nothing has run, and the leader is to be
    /// asked. Who reads the replies gives them back. Any thread.
    /// </summary>
    ShardReply? Read(ReadOnlySpan<byte> batch, long mapVersion);
}
