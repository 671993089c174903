using OrleansKv.Protocol;

namespace OrleansKv.Engine.Shards;

/// <summary>
/// When a key last went, by its hash: tells a key that has never been there from one that came and went. Keys that share a place share the
/// answer: who watches one of them tries again without need. Thread-confined.
/// </summary>
/// <param name="began">The shard's Lsn when this began: removals before it are not known.</param>
internal sealed class RemovalLog(Lsn began)
{
    /// <summary>
    /// 8 KiB a shard; with 1,000 removals a second in a shard, one in 1,000 watches that last a millisecond meets a stranger's.
    /// </summary>
    private const int Places = 1024;

    private readonly Lsn[] _last = new Lsn[Places];

    public void Note(uint hash, Lsn lsn) => _last[hash % Places] = lsn;

    public Lsn LastOf(uint hash) => _last[hash % Places] is { Value: > 0 } known ? known : began;
}
