using OrleansKv.Simulation.Events;

namespace OrleansKv.Simulation.Replication;

/// <summary>The faults of a run: crashes, cuts of power, partitions, bad networks, pauses longer than a lease, slow disks.</summary>
internal sealed class ReplicationFaults(Random random, EventQueue events, SimulatedNetwork network, SimulatedReplicaNode[] nodes,
    ReplicationSimulationOptions options, Action<SimulatedReplicaNode, bool> crash, Action<SimulatedReplicaNode> start)
{
    private bool _areOver;

    /// <summary>Faults so far.</summary>
    public int Count { get; private set; }

    /// <summary>Typical time of a disk operation.</summary>
    public TimeSpan DiskDelay { get; private set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Whether a node dies while its disk works; messages that did not wait for the disk have left then.</summary>
    public bool CrashesWhileItSaves() => !_areOver && random.Next(400) == 0;

    /// <summary>Puts in one fault, or heals the network.</summary>
    public void Next()
    {
        Count++;
        if (options.CutsLinksMostly && random.Next(4) > 0)
        {
            network.HealAll();
            if (random.Next(3) > 0) CutOneLink();
            return;
        }

        SimulatedReplicaNode node = nodes[random.Next(nodes.Length)];
        switch (random.Next(9))
        {
            case 0:
                crash(node, false);
                break;
            case 1:
                CutPower(node);
                break;
            case 2:
                foreach (SimulatedReplicaNode each in nodes.Where(_ => random.Next(2) == 0)) crash(each, options.FlushesAlways);
                break;
            case 3:
                node.StandsStillUntil = events.Now + TimeSpan.FromMilliseconds(random.Next(1_200));
                break;
            case 4:
                Partition();
                break;
            case 5:
                network.Loss = random.NextDouble() * 0.3;
                network.Doubling = random.NextDouble() * 0.3;
                network.Stragglers = random.NextDouble() * 0.1;
                break;
            case 6:
                DiskDelay = TimeSpan.FromMilliseconds(random.Next(3) == 0 ? 25 : 1);
                break;
            default:
                network.HealAll();
                break;
        }
    }

    public void HealAll()
    {
        _areOver = true;
        network.EndFaults();
        DiskDelay = TimeSpan.FromMilliseconds(1);
        foreach (SimulatedReplicaNode node in nodes)
        {
            node.StandsStillUntil = events.Now;
            start(node);
        }
    }

    // What is not flushed is lost with the power: where records are acknowledged before, one replica at a time, and not while another has
    // not got back what it lost.
    private void CutPower(SimulatedReplicaNode node)
    {
        if (options.FlushesAlways || nodes.All(n => n.IsUp && !n.Log.MayHaveLostTail)) crash(node, true);
    }

    private void CutOneLink() => network.CutLink(random.Next(nodes.Length), random.Next(nodes.Length));

    private void Partition()
    {
        network.HealAll();
        if (random.Next(3) == 0) CutOneLink();
        else network.Partition(nodes.Length);
    }
}
