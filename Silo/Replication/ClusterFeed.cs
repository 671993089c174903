using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;
using OrleansKv.Grains;
using OrleansKv.Grains.Replication;
using OrleansKv.Hosting.Replication;
using OrleansKv.Protocol;

namespace OrleansKv.Silo.Replication;

/// <summary>
/// The committed records of all shards for one follower, which is at a position of its own in each of them. A place counts the bytes since
/// its connection began: the nodes have no order of all records in common. Its stream's thread.
/// </summary>
/// <param name="source">The node.</param>
/// <param name="records">Its committed records.</param>
/// <param name="at">The follower's positions, by shard; null where its copy of the shard has not begun.</param>
internal sealed class ClusterFeed(ClusterSource source, CommittedRecords records, LogPosition?[] at) : IFollowerFeed
{
    /// <summary>Records of one shard that are given at once, bytes: the journal waits while they are copied.</summary>
    private const int RunBytes = 64 * 1024;

    /// <summary>Time between looks whether the copies are up to date, ms.</summary>
    private const int CheckMs = 500;

    private readonly IReadOnlyList<CommittedTail> _tails = records.Tails;
    private readonly LogPosition?[] _copied = new LogPosition?[at.Length]; // of states that are not known to be committed yet
    private readonly RecordArena _arena = new();
    private ClusterMap _map = ClusterMap.None;
    private Task _more = Task.CompletedTask;
    private int _next; // the shard that has its turn
    private long _end;
    private long _checkedMs;

    public long Place { get; private set; }

    public long End => Volatile.Read(ref _end);

    public bool IsKept
    {
        get
        {
            for (int i = 0; i < at.Length; i++)
            {
                if (at[i] is { } position && !_tails[i].Keeps(position)) return false;
            }

            return true;
        }
    }

    public byte[] Lineage() => Engine.Store.Lineage.OfCluster(source.Map.Cluster).ToBytes();

    public void Check()
    {
        ClusterMap map = source.Map;
        long now = Environment.TickCount64;
        if (ReferenceEquals(map, _map) && now - _checkedMs < CheckMs) return;
        if (source.Problem() is { } problem) throw new InvalidOperationException(problem);
        (_map, _checkedMs) = (map, now);
    }

    public void Measure()
    {
        long behind = 0;
        for (int i = 0; i < at.Length; i++)
        {
            if (at[i] is { } position) behind += _tails[i].BytesBehind(position);
        }

        Volatile.Write(ref _end, Place + behind);
    }

    public void BeginShard(ShardId id, LogPosition position) => _copied[id.Value] = at[id.Value] = position;

    public void EndEntries()
    {
        // each shard is a matter of its own: no group spans two
    }

    /// <summary>
    /// The state of a shard can have records that nobody has acknowledged, for copies run what they append. It counts when they are
    /// committed; where the cluster gives them up, <see cref="Next"/> finds no records behind them.
    /// </summary>
    public bool IsCopyWhole()
    {
        for (int i = 0; i < at.Length; i++)
        {
            if (_copied[i] is not { } state) continue;
            if (at[i] <= state && !_tails[i].IsCommitted(state)) return false;
            _copied[i] = null;
        }

        return true;
    }

    public ReadOnlyMemory<byte> Next()
    {
        _arena.Reset();
        _more = records.WhenMore(); // before the look: what comes behind it is not missed
        for (int turn = 0; turn < at.Length; turn++)
        {
            int shard = _next;
            _next = (_next + 1) % at.Length;
            if (at[shard] is not { } position) continue;
            if (_tails[shard].Read(position, RunBytes, _arena, out LogPosition last) is not { } run) throw Lost(shard);
            if (run.IsEmpty) continue;
            at[shard] = last;
            Place += run.Length;
            if (Place > _end) Volatile.Write(ref _end, Place);
            return run;
        }

        return default;
    }

    public void Wait(int patienceMs, CancellationToken stop) => _more.Wait(patienceMs, stop);

    private static InvalidOperationException Lost(int shard) =>
        new($"this node does not keep the records of shard {shard} that it lacks: it is slow, or the node's copy has become another one");
}
