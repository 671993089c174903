using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Histories.Cluster;
using OrleansKv.Bench.Histories.Traffic;
using OrleansKv.Bench.Platform;

namespace OrleansKv.Bench.Histories.Faults;

/// <summary>
/// Lets one fault follow the other, with a pause in which all nodes run, until the traffic is over; and starts again what has ended by
/// itself. Thread: the main one.
/// </summary>
internal sealed class FaultInjector(ReplicatedSilos silos, FaultPlan? plan, TimeSpan pause, TrafficProgress progress, Action<string> tell)
{
    private const int PollMs = 20;

    /// <summary>A node that ends so often by itself is broken.</summary>
    private const int MaxEnds = 50;

    private readonly List<Fault> _faults = [];
    private readonly List<NodeEnd> _ends = [];

    public IReadOnlyList<Fault> Faults => _faults;

    public IReadOnlyList<NodeEnd> Ends => _ends;

    public void Run()
    {
        while (true)
        {
            TimeSpan next = plan is null ? TimeSpan.MaxValue : progress.Now + pause;
            while (progress.Now < next)
            {
                if (progress.IsOver) return;
                Tend();
                silos.Pause(PollMs);
            }

            Inject(plan!.Next());
        }
    }

    /// <summary>
    /// Starts again who has ended by itself, all of them before it waits for any: two that have ended can need each other.
    /// </summary>
    public void Tend()
    {
        SiloNode[] ended = [.. silos.Nodes.Where(n => !n.Runs)];
        foreach (SiloNode node in ended)
        {
            bool mayBeDeclaredDead = _faults.LastOrDefault(f => IsOf(f, node)) is { Kind: not (FaultKind.Kill or FaultKind.AllKill) };
            var end = new NodeEnd(node.Id, progress.Now, node.ExitCode, mayBeDeclaredDead);
            _ends.Add(end);
            tell(FormattableString.Invariant($"{end.At.TotalSeconds,6:0.0} s  {node.Id} has ended with code {end.ExitCode}"));
            if (_ends.Count > MaxEnds) throw new BenchException($"{node.Id} has ended by itself, as nodes did {MaxEnds} times before.");
            silos.Restart(node);
        }

        foreach (SiloNode node in ended) silos.AwaitAnswer(node);
    }

    private void Inject(PlannedFault planned)
    {
        SiloNode[] hit = planned.Kind == FaultKind.AllKill ? [.. silos.Nodes] : [silos.Nodes[planned.Node]];
        string name = planned.Kind switch
        {
            FaultKind.AllKill => "all",
            FaultKind.CutPair => $"{hit[0].Id} and {silos.Nodes[After(planned.Node, 1)].Id}",
            _ => hit[0].Id,
        };
        TimeSpan began = progress.Now;
        tell(FormattableString.Invariant($"{began.TotalSeconds,6:0.0} s  {planned.Kind} of {name} for {planned.Away.TotalSeconds:0.0} s"));
        Begin(planned, hit);
        silos.Pause((int)planned.Away.TotalMilliseconds);
        TimeSpan released = progress.Now;
        End(planned.Kind, hit);

        // A node that was declared dead meanwhile ends soon: Tend sees to that.
        _faults.Add(new Fault(planned.Kind, name, began, released, released));
        foreach (SiloNode node in hit) silos.AwaitAnswer(node);
        _faults[^1] = _faults[^1] with { Answered = progress.Now };
    }

    private void Begin(PlannedFault planned, SiloNode[] hit)
    {
        int node = planned.Node, next = After(node, 1), last = After(node, 2);
        switch (planned.Kind)
        {
            case FaultKind.Stop:
                hit[0].Signal(LinuxNative.SigStop);
                break;
            case FaultKind.Isolate:
                Cut((node, next), (node, last), (next, node), (last, node));
                break;
            case FaultKind.Mute:
                Cut((node, next), (node, last));
                break;
            case FaultKind.CutPair:
                Cut((node, next), (next, node));
                break;
            default:
                foreach (SiloNode killed in hit) killed.Signal(LinuxNative.SigKill);
                foreach (SiloNode killed in hit) killed.WaitForExit();
                break;
        }
    }

    private void End(FaultKind kind, SiloNode[] hit)
    {
        switch (kind)
        {
            case FaultKind.Stop:
                hit[0].Signal(LinuxNative.SigContinue);
                break;
            case FaultKind.Isolate or FaultKind.Mute or FaultKind.CutPair:
                silos.Network!.Heal();
                break;
            default:
                foreach (SiloNode killed in hit) silos.Restart(killed);
                break;
        }
    }

    private void Cut(params (int From, int To)[] ways)
    {
        foreach ((int from, int to) in ways) silos.Network!.Cut(from, to);
    }

    private int After(int node, int steps) => (node + steps) % silos.Nodes.Count;

    private static bool IsOf(Fault fault, SiloNode node) =>
        fault.Kind == FaultKind.AllKill || fault.Node.Contains(node.Id, StringComparison.Ordinal);
}
