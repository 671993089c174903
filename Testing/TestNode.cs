using System.Diagnostics;
using Orleans;
using Orleans.Runtime;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;

namespace OrleansKv.Testing;

/// <summary>
/// A silo's part in the OrleansKv cluster of a test, as the server's own: it joins before its start is over, and then looks for newer maps.
/// </summary>
internal sealed class TestNode(KvNode node, ClusterJoin join, ClusterMapCache maps) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>Behind everything that a silo's grains need.</summary>
    private const int Stage = ServiceLifecycleStage.Active + 1;

    /// <summary>Time between looks for a newer map, ms: tests that stop silos see the others take over soon.</summary>
    private const int PollMs = 100;

    /// <summary>Time between tries to join, ms.</summary>
    private const int AskAgainMs = 50;

    /// <summary>Time in which a silo must have joined, s: it takes well under one, unless the machine is very busy.</summary>
    private const int JoinSeconds = 60;

    private readonly CancellationTokenSource _stop = new();
    private Task _polling = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(TestNode), Stage, StartAsync, StopAsync);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var self = new NodeInfo(node.Id, "localhost", 0, 0);
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            string? problem;
            try
            {
                JoinResult result = await join.Ask(self, FolderOwner.Nobody, replacesStore: null);
                if (result.Outcome == JoinOutcome.Joined) break;
                problem = result.Problem;
                if (result.Outcome == JoinOutcome.Refused)
                    throw new InvalidOperationException($"silo {node.Id} cannot join the OrleansKv cluster: {problem}");
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException)
            {
                problem = failure.Message; // the silo that has the map's grain may just be starting or ending
            }

            if (Stopwatch.GetElapsedTime(start).TotalSeconds > JoinSeconds)
                throw new TimeoutException($"silo {node.Id} could not join the OrleansKv cluster for {JoinSeconds} s: {problem}");
            await Task.Delay(AskAgainMs, cancellationToken);
        }

        _polling = Task.Run(PollAsync, CancellationToken.None);
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _polling;
    }

    private async Task PollAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(PollMs, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // The map's silo may be gone; the next look finds it elsewhere.
            await maps.Refresh().WaitAsync(_stop.Token).ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
        }
    }
}
