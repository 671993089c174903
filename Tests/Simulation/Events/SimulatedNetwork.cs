namespace OrleansKv.Simulation.Events;

/// <summary>
/// Messages between nodes: late, out of order, lost, doubled, and cut off one way or both. The owner says how bad it is at the moment.
/// </summary>
public sealed class SimulatedNetwork(EventQueue events, Random random)
{
    private readonly HashSet<(int From, int To)> _cut = [];

    /// <summary>Share of messages that never arrive, 0 to 1.</summary>
    public double Loss { get; set; }

    /// <summary>Share of messages that arrive twice, 0 to 1.</summary>
    public double Doubling { get; set; }

    /// <summary>Typical time of a message.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Share of messages that take 100 times as long, 0 to 1.</summary>
    public double Stragglers { get; set; }

    /// <summary>Cuts one direction of a link.</summary>
    public void Cut(int from, int to) => _cut.Add((from, to));

    /// <summary>Whether messages get through at least one way only, or not at all.</summary>
    public bool IsBroken(int one, int other) => _cut.Contains((one, other)) || _cut.Contains((other, one));

    /// <summary>Cuts a link both ways: two nodes do not reach each other, and everybody else reaches both.</summary>
    public void CutLink(int one, int other)
    {
        Cut(one, other);
        Cut(other, one);
    }

    /// <summary>
    /// Parts the nodes 0 to <paramref name="nodes"/> - 1 into two sides; one time of three one side still hears the other.
    /// </summary>
    public void Partition(int nodes)
    {
        bool[] side = [.. Enumerable.Range(0, nodes).Select(_ => random.Next(2) == 0)];
        bool isOneWay = random.Next(3) == 0;
        for (int from = 0; from < nodes; from++)
        {
            for (int to = 0; to < nodes; to++)
            {
                if (side[from] != side[to] && (!isOneWay || side[from])) Cut(from, to);
            }
        }
    }

    /// <summary>Mends all links; how many messages are lost, doubled or late stays.</summary>
    public void HealAll() => _cut.Clear();

    /// <summary>Mends all links, and no message is lost, doubled or late any more.</summary>
    public void EndFaults()
    {
        HealAll();
        (Loss, Doubling, Stragglers) = (0, 0, 0);
    }

    /// <summary>
    /// Sends a message; <paramref name="arrive"/> is called for each copy that gets there. A node reaches itself always and at once.
    /// </summary>
    public void Send(int from, int to, Action arrive)
    {
        if (from == to)
        {
            events.After(TimeSpan.Zero, arrive);
            return;
        }

        int copies = random.NextDouble() < Doubling ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            if (random.NextDouble() < Loss) continue;
            TimeSpan delay = Delay * (0.5 + random.NextDouble());
            if (random.NextDouble() < Stragglers) delay *= 100 * random.NextDouble();
            events.After(delay, () =>
            {
                if (!_cut.Contains((from, to))) arrive();
            });
        }
    }
}
