using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime;
using OrleansKv.Tests.Support;
using OrleansKv.Silo.Postgres;

namespace OrleansKv.Cluster.Tests.Support;

/// <summary>
/// A silo with real sockets on loopback, on PostgreSQL as the program puts it there: schema first, then membership, reminders and grain
/// state. Stopped in good order at the end.
/// </summary>
internal sealed class PostgresSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private PostgresSilo(IHost host, CollectingLogger log)
    {
        _host = host;
        Log = log;
    }

    public CollectingLogger Log { get; }

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public SiloAddress Address => Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    /// <summary>The names of the members that this silo takes for active, in order.</summary>
    public string ActiveMembers => string.Join(
        ' ',
        Services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active).Select(member => member.Name).Order(StringComparer.Ordinal));

    public static async Task<PostgresSilo> StartAsync(
        string database, string name = "node1", LogLevel level = LogLevel.Information, Action<ISiloBuilder>? more = null,
        CollectingLogger? log = null)
    {
        log ??= new CollectingLogger();
        // Between finding free ports and taking them, somebody else can: three tries.
        for (int i = 0; ; i++)
        {
            IHost host = Build(database, name, log, level, more);
            try
            {
                await host.Services.GetRequiredService<SchemaMigrator>()
                    .MigrateAsync(DatabaseTarget.Parse(database), TimeSpan.FromSeconds(60));
                await host.StartAsync();
                return new PostgresSilo(host, log);
            }
            catch (Exception error)
            {
                host.Dispose();
                if (i == 2 || error.GetBaseException() is not SocketException) throw;
            }
        }
    }

    /// <summary>The services of a silo that is not started.</summary>
    public static IHost Build(
        string database, string name, CollectingLogger log, LogLevel level = LogLevel.Information, Action<ISiloBuilder>? more = null,
        string clusterId = "test")
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log).SetMinimumLevel(level);
        builder.Services.AddSingleton(services => new SchemaMigrator(
            MigrationFiles.All, TimeProvider.System, services.GetRequiredService<ILogger<SchemaMigrator>>()));
        builder.UseOrleans(silo =>
        {
            silo.UsePostgres(database);
            silo.ConfigureEndpoints(IPAddress.Loopback, FreePort.Next(), FreePort.Next());
            silo.Configure<SiloOptions>(options => options.SiloName = name);
            silo.Configure<ClusterOptions>(options =>
            {
                options.ClusterId = clusterId;
                options.ServiceId = "test";
            });
            more?.Invoke(silo);
        });
        return builder.Build();
    }

    /// <summary>Waits until each of the silos takes just these for active: names in order, with blanks between.</summary>
    public static async Task AwaitMembersAsync(string names, params PostgresSilo[] silos)
    {
        foreach (PostgresSilo silo in silos)
        {
            await Poll.UntilAsync($"{silo.Address} to see the members {names}", () => silo.ActiveMembers == names);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
