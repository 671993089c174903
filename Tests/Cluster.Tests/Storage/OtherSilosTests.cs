using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.TestingHost;
using OrleansKv.Cluster.Tests.Storage.Support;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Storage;

/// <summary>
/// A journal grain storage is one silo's: where there are others, a grain that comes up on one of them starts from nothing, and only a
/// warning tells.
/// </summary>
public sealed class OtherSilosTests : IDisposable
{
    private const string Others = "Grain storage 'journal'";
    private const string Gone = "is gone. What its grains kept in its own folder is not here";

    private readonly TempFolder _folder = new();
    private readonly CollectingLogger _log = new();

    public void Dispose()
    {
        _folder.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task SecondSilo_IsWarnedOfOnceASilo_AndItsDeathByTheOneThatIsLeft()
    {
        await using InProcessTestCluster cluster = await StartAsync(2, expectsOthers: false);
        await Poll.UntilAsync("both silos to warn", () => Warnings(Others) == 2);
        await cluster.KillSiloAsync(cluster.Silos[1]);
        await Poll.UntilAsync("the silo that is left to warn", () => Warnings(Gone) == 1);
        await cluster.StartAdditionalSiloAsync();
        await Poll.UntilAsync("the new silo to warn", () => Warnings(Others) == 3); // the old one has said it
    }

    [Fact]
    public async Task SecondSilo_ThatIsExpected_IsNotWarnedOf()
    {
        await using InProcessTestCluster cluster = await StartAsync(2, expectsOthers: true);
        await cluster.KillSiloAsync(cluster.Silos[1]);
        await cluster.WaitForLivenessToStabilizeAsync(didKill: true);
        Assert.Equal((0, 0), (Warnings(Others), Warnings(Gone)));
    }

    [Fact]
    public async Task OneSilo_IsNotWarned()
    {
        await using (InProcessTestCluster cluster = await StartAsync(1, expectsOthers: false))
        {
            Assert.Equal(1, await cluster.Client.GetGrain<ICounterGrain>("a").Add(1));
        }

        Assert.Equal((0, 0), (Warnings(Others), Warnings(Gone)));
    }

    private int Warnings(string text) =>
        _log.Lines.Count(l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains(text, StringComparison.Ordinal));

    private async Task<InProcessTestCluster> StartAsync(short silos, bool expectsOthers)
    {
        int started = 0;
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddLogging(l => l.AddProvider(_log));
            silo.AddJournalGrainStorage("journal", options =>
            {
                options.Folder = _folder.File($"silo{Interlocked.Increment(ref started)}");
                options.ExpectsOtherSilos = expectsOthers;
            });
        });
        InProcessTestCluster cluster = builder.Build();
        try
        {
            await cluster.DeployAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }
}
