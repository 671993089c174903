using OrleansKv.Engine.Registers;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;

namespace OrleansKv.Silo.Registers;

/// <summary>
/// Keeps the acceptors to the first nodes that there are (<see cref="AcceptorRules"/>), and knows where they are: by the cluster map,
/// once a second. The first node that runs does it; where two think so, one of them gets through. Any thread.
/// </summary>
internal sealed class AcceptorKeeper(RegisterStore store, KvNode node, ClusterMapCache maps, NodeDirectory nodes) : IDisposable
{
    private const int LookMs = 1_000;

    private readonly CancellationTokenSource _stop = new();
    private Task _keeping = Task.CompletedTask;

    /// <summary>Begins when this node has joined.</summary>
    public void Start() => _keeping = Task.Run(Keep);

    /// <summary>Its container disposes it once more.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _keeping.Wait();
    }

    private async Task Keep()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(LookMs));
        try
        {
            do
            {
                NodeInfo[] known = [.. maps.Current.Nodes.Where(n => n is { Acceptor: not 0, Silo: not null })];
                foreach (NodeInfo n in known) store.Learn(PeerOf(n));
                if (Array.Find(known, n => nodes.IsAlive(n.Id))?.Id != node.Id) continue;
                (AcceptorId, bool)[] all = [.. known.Select(n => (new AcceptorId(n.Acceptor), nodes.IsAlive(n.Id)))];
                while (await store.Adjust(all))
                {
                    // the next step: two acceptors need both
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private static RegisterPeer PeerOf(NodeInfo of) =>
        new(new AcceptorId(of.Acceptor), of.Id, of.Silo!.Endpoint.Address.ToString(), of.ControlPort, of.AcceptorLife);
}
