using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;
using OrleansKv.Hosting.Replication;
using OrleansKv.Protocol;

namespace OrleansKv.Embedded.Replication;

/// <summary>The records of this server's journal in its order, out of the backlog, for one follower. A place is a journal offset.</summary>
/// <param name="store">This server's.</param>
/// <param name="backlog">Its newest records.</param>
/// <param name="place">Behind which the follower goes on.</param>
internal sealed class JournalFeed(NodeStore store, StreamBacklog backlog, long place) : IFollowerFeed
{
    /// <summary>Records that are given at once, bytes.</summary>
    private const int MostBytes = 256 * 1024;

    private readonly byte[] _buffer = new byte[MostBytes];
    private long _whole; // the place at which a copy is whole

    public long Place { get; private set; } = place;

    public long End => store.Links.End;

    public bool IsKept => backlog.Keeps(Place);

    public byte[] Lineage() => store.Links.Publish().ToBytes();

    public void Check()
    {
        if (!ReferenceEquals(backlog, store.Links.Backlog))
            throw new InvalidOperationException("this server takes a whole copy of another one");
    }

    public void Measure()
    {
        // the end is always known
    }

    public void BeginShard(ShardId id, LogPosition at)
    {
        // records come in the journal's order; the follower leaves out what it has
    }

    public void EndEntries()
    {
        _whole = store.Links.End;
        if (!store.Commit(store.Appended, Durability.No)) throw new IOException(store.Journal!.Failure);
    }

    public bool IsCopyWhole() => Place >= _whole;

    public ReadOnlyMemory<byte> Next()
    {
        int count = backlog.Read(Place, _buffer);
        if (count < 0) throw FollowerStream.TooSlow();
        Place += count;
        return _buffer.AsMemory(0, count);
    }

    public void Wait(int patienceMs, CancellationToken stop)
    {
        store.Commit(store.Appended, Durability.No); // a commit that nobody asks for: a failure is the journal's to tell
        backlog.WhenBehind(Place).Wait(patienceMs, stop);
    }
}
