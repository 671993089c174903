using OrleansKv.Protocol;

namespace OrleansKv.Hosting.Replication;

/// <summary>
/// The records that one follower is sent, and how far they have been given: a position in the leader's journal, or one in each shard of a
/// cluster. A place counts the bytes of the stream. Its stream's thread, where nothing else is said.
/// </summary>
internal interface IFollowerFeed
{
    /// <summary>The place behind the last record that was given.</summary>
    long Place { get; }

    /// <summary>The place behind the last record that there is for the follower, as it was a second ago or less. Any thread.</summary>
    long End { get; }

    /// <summary>Whether all records behind <see cref="Place"/> are still kept.</summary>
    bool IsKept { get; }

    /// <summary>Of which past the records are (<see cref="Engine.Store.Lineage"/>).</summary>
    byte[] Lineage();

    /// <summary>Throws <see cref="InvalidOperationException"/>, in words for an operator, when the stream cannot go on.</summary>
    void Check();

    /// <summary>Looks anew at <see cref="End"/>; called once a second.</summary>
    void Measure();

    /// <summary>A whole copy has a shard's entries as they are at a position: of its records those behind it are needed.</summary>
    void BeginShard(ShardId id, LogPosition at);

    /// <summary>All entries of a whole copy have been sent.</summary>
    void EndEntries();

    /// <summary>
    /// Whether what was sent is a whole copy: the records have come that make it a state which the leader had, and nobody takes it back.
    /// Throws as <see cref="Check"/> when it cannot become one.
    /// </summary>
    bool IsCopyWhole();

    /// <summary>
    /// The next records, which count as given; a group may be cut anywhere. Empty when there are none yet; valid until the next call.
    /// Throws <see cref="InvalidOperationException"/> when they are not kept any more.
    /// </summary>
    ReadOnlyMemory<byte> Next();

    /// <summary>Returns when there may be more records, or when the time is over.</summary>
    void Wait(int patienceMs, CancellationToken stop);
}
