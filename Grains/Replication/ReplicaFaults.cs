using OrleansKv.Engine.Replication;

namespace OrleansKv.Grains.Replication;

/// <summary>
/// Faults that are put into a node's replicas on purpose while it runs, to see what the cluster makes of them (FAULT, --enable-faults).
/// None at first. Any thread.
/// </summary>
internal sealed class ReplicaFaults(ReplicaNode replicas)
{
    private volatile int _delayMs;
    private volatile int _dropPercent;
    private volatile string[] _cutOff = [];
    private volatile int _mutation;

    /// <summary>What this node's replicas say to others leaves so much later, ms.</summary>
    public int DelayMs { get => _delayMs; set => _delayMs = value; }

    /// <summary>So much of it is lost, percent of the messages.</summary>
    public int DropPercent { get => _dropPercent; set => _dropPercent = value; }

    /// <summary>Nodes that this one's replicas neither say anything to nor hear anything from.</summary>
    public IReadOnlyList<string> CutOff { get => _cutOff; set => _cutOff = [.. value]; }

    /// <summary>The core has this error in elections and tenures that begin from now on.</summary>
    public ReplicationMutation Mutation
    {
        get => (ReplicationMutation)_mutation;
        set
        {
            _mutation = (int)value;
            replicas.Mutate(value);
        }
    }

    /// <summary>The replicas do nothing for a time, once.</summary>
    public void Pause(TimeSpan time) => replicas.Pause(time);

    /// <summary>Whether nothing is to come from a node.</summary>
    public bool IsCutOff(string node) => CutOff.Contains(node);

    /// <summary>Brings a batch of messages to another node, with what has been asked for.</summary>
    public async ValueTask<ReplicaMessageBatch> Deliver(string node, INodeGrain to, ReplicaMessageBatch batch)
    {
        if (IsCutOff(node)) throw Lost();
        await DelayOrDrop().ConfigureAwait(false);
        return await to.Replicate(batch).ConfigureAwait(false);
    }

    /// <summary>What this node's replicas say in answer to a batch of messages, with what has been asked for.</summary>
    public async ValueTask<ReplicaMessageBatch> Answer(Task<ReplicaMessageBatch> answer)
    {
        ReplicaMessageBatch said = await answer.ConfigureAwait(false);
        await DelayOrDrop().ConfigureAwait(false);
        return said;
    }

    /// <summary>What the sender of a message hears that is lost on purpose.</summary>
    public static TimeoutException Lost() => new("a message of the replicas was lost on purpose (FAULT)");

    private async Task DelayOrDrop()
    {
        if (DelayMs > 0) await Task.Delay(DelayMs).ConfigureAwait(false);
        if (Random.Shared.Next(100) < DropPercent) throw Lost();
    }
}
