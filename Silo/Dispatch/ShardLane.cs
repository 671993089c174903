using OrleansKv.Grains;

namespace OrleansKv.Silo.Dispatch;

/// <summary>
/// A worker's way to one shard: one call is away at a time, and what comes meanwhile gathers for the next ("smart batching": nobody waits
/// for a batch to fill). The order of a connection's commands is kept by that. The worker's thread.
/// </summary>
internal sealed class ShardLane
{
    private readonly Stack<ShardCall> _free = new();

    /// <param name="worker">Whose it is.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="grain">Its leader.</param>
    /// <param name="isForFollowers">Its calls only read, and this node's own copy may answer them.</param>
    public ShardLane(WorkerLanes worker, int shard, IShardGrain grain, bool isForFollowers)
    {
        Worker = worker;
        Shard = shard;
        Grain = grain;
        IsForFollowers = isForFollowers;
        Gathering = new ShardCall(this);
    }

    public WorkerLanes Worker { get; }

    public int Shard { get; }

    public IShardGrain Grain { get; }

    public bool IsForFollowers { get; }

    public ShardCall Gathering { get; private set; }

    /// <summary>The call that is away; null when none is.</summary>
    public ShardCall? Away { get; set; }

    /// <summary>Whether it stands in the worker's list of lanes to send.</summary>
    public bool IsListed { get; set; }

    /// <summary>Turns the gathering batch into the call that is away.</summary>
    public ShardCall TakeGathering()
    {
        ShardCall call = Gathering;
        Gathering = _free.Count > 0 ? _free.Pop() : new ShardCall(this);
        Away = call;
        return call;
    }

    public void Recycle(ShardCall call) => _free.Push(call);
}
