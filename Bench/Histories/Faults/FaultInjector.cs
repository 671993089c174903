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
            bool wasStopped = _faults.LastOrDefault(f => f.Node == node.Id || f.Kind == FaultKind.AllKill) is { Kind: FaultKind.Stop };
            var end = new NodeEnd(node.Id, progress.Now, node.ExitCode, wasStopped);
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
        string name = hit.Length == 1 ? hit[0].Id : "all";
        TimeSpan began = progress.Now;
        tell(FormattableString.Invariant($"{began.TotalSeconds,6:0.0} s  {planned.Kind} of {name} for {planned.Away.TotalSeconds:0.0} s"));
        foreach (SiloNode node in hit) node.Signal(planned.Kind == FaultKind.Stop ? LinuxNative.SigStop : LinuxNative.SigKill);
        if (planned.Kind != FaultKind.Stop)
        {
            foreach (SiloNode node in hit) node.WaitForExit();
        }

        silos.Pause((int)planned.Away.TotalMilliseconds);
        TimeSpan released = progress.Now;
        foreach (SiloNode node in hit)
        {
            if (planned.Kind == FaultKind.Stop) node.Signal(LinuxNative.SigContinue);
            else silos.Restart(node);
        }

        // A node that was declared dead meanwhile ends soon: Tend sees to that.
        _faults.Add(new Fault(planned.Kind, name, began, released, released));
        foreach (SiloNode node in hit) silos.AwaitAnswer(node);
        _faults[^1] = _faults[^1] with { Answered = progress.Now };
    }
}
