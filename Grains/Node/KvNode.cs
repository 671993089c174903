using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Store;
using OrleansKv.Protocol;

namespace OrleansKv.Grains.Node;

/// <summary>
/// This silo as a node: its id, its store with the journal that all its shards share, and the map it goes by. One a silo; any thread.
/// </summary>
public sealed class KvNode : IDisposable
{
    /// <param name="id">Its id.</param>
    /// <param name="store">Its store.</param>
    /// <param name="promises">What it has promised for its replicas; null opens what the store has.</param>
    public KvNode(string id, NodeStore store, ReplicaPromises? promises = null)
    {
        Id = id;
        Store = store;
        Promises = promises ?? store.OpenPromises(Guid.Empty);
        Runner = new CommandRunner(store);
        Commits = new CommitQueue(store.Journal);
    }

    /// <summary>Stable over restarts; the name of the silo.</summary>
    public string Id { get; }

    /// <summary>All shards of the cluster have a cell in it; those that live elsewhere are empty.</summary>
    public NodeStore Store { get; }

    /// <summary>What the node has promised for its replicas; the replicas' thread's.</summary>
    public ReplicaPromises Promises { get; }

    public CommandRunner Runner { get; }

    public CommitQueue Commits { get; }

    /// <summary>How safe a write must be before its reply leaves.</summary>
    public Durability Durability { get; set; } = Durability.EverySecond;

    /// <summary>How a shard that this node leads knows that what it has read was the newest.</summary>
    public ReadLevel ReadLevel { get; set; } = ReadLevel.Leader;

    /// <summary>Commands that run as long here are told to the gateway that asked, ns.</summary>
    public long SlowNs { get; set; } = long.MaxValue;

    /// <summary>Takes keyspace events of the shards that are served here; null when nobody listens.</summary>
    public Func<IKeyspaceNotifier?> Notifier { get; set; } = static () => null;

    /// <summary>Takes messages that clients of other nodes have published.</summary>
    public Action<PublishedMessage> Publish { get; set; } = static _ => { };

    /// <summary>The node's state in one word, as its own health check has it.</summary>
    public Func<string> State { get; set; } = static () => "ready";

    /// <summary>Shards that live here and are not served.</summary>
    public Func<int[]> Unserved { get; set; } = static () => [];

    /// <summary>Hears of defects in commands: a name and the exception.</summary>
    public Action<string, Exception> Faults { get; set; } = static (_, _) => { };

    /// <summary>
    /// What the node says of itself. Its keys are those that it answers for: with replicas those of the shards that it leads, so that the
    /// nodes' numbers add up.
    /// </summary>
    public NodeStats Stats(ClusterMap map) =>
        new(map.Homes.Count(h => h.NodeId == Id), map.IsReplicated ? Store.CountLed().Keys : Store.Count, Store.Memory.UsedBytes)
        {
            State = State(),
            Unserved = Unserved(),
        };

    /// <summary>Ends the commit thread. The store is its owner's to close.</summary>
    public void Dispose() => Commits.Dispose();
}
