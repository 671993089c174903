using OrleansKv.Engine.Registers;
using OrleansKv.Simulation.Events;

namespace OrleansKv.Simulation.Registers;

/// <summary>The faults of a run: crashes, cuts of power, partitions, bad networks, pauses, failing disks, lost folders.</summary>
internal sealed class RegisterFaults(Random random, EventQueue events, SimulatedNetwork network, SimulatedNode[] nodes,
    Action<SimulatedNode> crash, Action<SimulatedNode> start)
{
    /// <summary>Share of answers that an acceptor does not get to send, since it dies between its disk and its network.</summary>
    private const double CrashBeforeAnswer = 0.002;

    private bool _areOver;

    /// <summary>Faults so far.</summary>
    public int Count { get; private set; }

    public bool CrashesBeforeTheAnswer() => !_areOver && random.NextDouble() < CrashBeforeAnswer;

    /// <summary>Puts in one fault, or heals the network.</summary>
    public void Next()
    {
        Count++;
        SimulatedNode node = nodes[random.Next(nodes.Length)];
        switch (random.Next(8))
        {
            case 0:
                crash(node);
                break;
            case 1:
                foreach (SimulatedNode each in nodes.Where(_ => random.Next(2) == 0)) crash(each);
                break;
            case 2:
                node.StandsStillUntil = events.Now + TimeSpan.FromMilliseconds(random.Next(500));
                break;
            case 3:
                if (node.IsUp) node.FailDiskSoon();
                break;
            case 4:
                network.HealAll();
                network.Partition(nodes.Length);
                break;
            case 5:
                network.Loss = random.NextDouble() * 0.3;
                network.Doubling = random.NextDouble() * 0.3;
                network.Stragglers = random.NextDouble() * 0.2;
                break;
            case 6:
                LoseFolder(node);
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
        foreach (SimulatedNode node in nodes)
        {
            node.StandsStillUntil = events.Now;
            start(node);
        }
    }

    /// <summary>Whether the acceptors that still have their folders are enough.</summary>
    public bool HasLivingQuorum() => Newest().IsQuorum(nodes.Select(n => n.Id).ToHashSet());

    private AcceptorSet Newest() =>
        nodes.Where(n => n.IsUp).Select(n => n.Proposer!.Set.Version > n.Acceptor!.Set.Version ? n.Proposer.Set : n.Acceptor.Set)
        .Append(AcceptorSet.None).MaxBy(s => s.Version)!;

    // A folder is lost only where a majority keeps its own, as an operator's promise is: a cluster that loses more has lost its registers.
    private void LoseFolder(SimulatedNode node)
    {
        AcceptorSet set = Newest();
        if (set.Version == 0 || (set.Current.Contains(node.Id) && set.Current.Count < 3)) return;
        HashSet<AcceptorId> left = [.. nodes.Where(n => n != node).Select(n => n.Id)];
        bool isChanging = nodes.Any(n => n.SetChange is { Step: not (AcceptorSetStep.Done or AcceptorSetStep.Failed) });
        if (isChanging || !set.IsQuorum(left)) return;
        crash(node);
        if (!node.IsUp) node.LoseFolder();
    }
}
