using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace OrleansKv.Grains.Storage;

/// <summary>
/// Warns where a folder of this silo alone is not enough: when the cluster has other silos, on which a grain would not find its state, and
/// when one of them is gone, whose grains come up elsewhere without theirs. Nothing else tells: to a storage, a state that is in another
/// silo's folder looks like one that was never written. One a silo; silent for providers with
/// <see cref="JournalGrainStorageOptions.ExpectsOtherSilos"/>.
/// </summary>
internal sealed partial class OtherSilosWatch(
    IEnumerable<JournalProvider> providers,
    IOptionsMonitor<JournalGrainStorageOptions> options,
    IServiceProvider services,
    ILogger<OtherSilosWatch> logger) : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<SiloAddress> _others = []; // active ones that were seen; the watch's
    private Task _watching = Task.CompletedTask;
    private bool _hasWarned;

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(OtherSilosWatch), ServiceLifecycleStage.Active, Start, Stop);

    private Task Start(CancellationToken cancellation)
    {
        string[] own = [.. providers.Select(p => p.Name).Distinct().Where(p =>
            options.Get(p) is { Folder: not null, ExpectsOtherSilos: false })];
        if (own.Length > 0 && services.GetService<IClusterMembershipService>() is { } membership
            && services.GetService<ILocalSiloDetails>() is { } local)
        {
            string names = string.Join(", ", own.Select(p => $"'{p}' ({Path.GetFullPath(options.Get(p).Folder!)})"));
            _watching = Task.Run(() => Watch(membership, local.SiloAddress, names), CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    private async Task Stop(CancellationToken cancellation)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
    }

    private async Task Watch(IClusterMembershipService membership, SiloAddress self, string names)
    {
        try
        {
            Look(membership.CurrentSnapshot, self, names);
            await foreach (ClusterMembershipSnapshot now in membership.MembershipUpdates.WithCancellation(_stop.Token)
                .ConfigureAwait(false))
            {
                Look(now, self, names);
            }
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private void Look(ClusterMembershipSnapshot snapshot, SiloAddress self, string names)
    {
        foreach (ClusterMember member in snapshot.Members.Values)
        {
            if (member.SiloAddress.Equals(self)) continue;
            if (member.Status == SiloStatus.Active && _others.Add(member.SiloAddress) && !_hasWarned)
            {
                _hasWarned = true;
                LogOthers(names, member.SiloAddress.ToString());
            }
            else if (member.Status.IsTerminating() && _others.Remove(member.SiloAddress))
            {
                LogGone(member.SiloAddress.ToString(), names);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning,
        "Grain storage {Providers} keeps states in a folder of this silo alone, but the cluster has another silo, "
        + "{Silo}: a grain that comes up there finds no state and starts from nothing, without an error. Run one silo, or keep each "
        + "grain on its "
        + "silo and set JournalGrainStorageOptions.ExpectsOtherSilos, or use a storage that all silos reach, for example "
        + "AddOrleansKvGrainStorage")]
    private partial void LogOthers(string providers, string silo);

    [LoggerMessage(LogLevel.Warning,
        "Silo {Silo} is gone. What its grains kept in its own folder is not here: those that come up on this silo "
        + "with grain storage {Providers} start from nothing, and what they write here the other folder does not have when it comes back")]
    private partial void LogGone(string silo, string providers);
}
