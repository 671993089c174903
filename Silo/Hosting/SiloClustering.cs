using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansKv.Engine.Store;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Storage;
using OrleansKv.Hosting;
using OrleansKv.Silo.Options;
using OrleansKv.Silo.Postgres;

using SiloOptions = OrleansKv.Silo.Options.SiloOptions;

namespace OrleansKv.Silo.Hosting;

/// <summary>How the silo finds others, and what it keeps where.</summary>
internal static class SiloClustering
{
    /// <summary>
    /// A dead node is told from a slow one by 3 probes of 1 s that nobody answered: its shards answer CLUSTERDOWN within 5 s. Orleans' own
    /// defaults take about 15 s.
    /// </summary>
    private const int ProbeSeconds = 1;
    private const int MissedProbes = 3;

    /// <summary>
    /// Time between looks at the membership table, s: news travel by gossip, but a node that hung and was declared dead is told by the
    /// table alone, and ends then so that it can be started again. Orleans' default is 60.
    /// </summary>
    private const int TableSeconds = 5;

    /// <summary>
    /// Time after which a call's outcome is unknown, s: longer than a death takes to be seen, and shorter than clients' patience.
    /// </summary>
    private const int ResponseSeconds = 10;

    /// <summary>A shard that moves is one message: 1 GiB is the largest that can (Orleans' default is 100 MB).</summary>
    private const int MaxMessageBytes = 1024 * 1024 * 1024;

    public static void Configure(ISiloBuilder silo, SiloOptions options, NodeStore store)
    {
        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (options.ClusterId, options.ClusterId));
        silo.Configure<Orleans.Configuration.SiloOptions>(o => o.SiloName = options.NodeId);
        silo.Configure<EndpointOptions>(o =>
        {
            (o.AdvertisedIPAddress, o.SiloPort, o.GatewayPort) = (options.Advertise, options.SiloPort, options.GatewayPort);
            IPAddress listen = ListenAddress(options.Advertise);
            o.SiloListeningEndpoint = new IPEndPoint(listen, options.SiloPort);
            if (options.GatewayPort > 0) o.GatewayListeningEndpoint = new IPEndPoint(listen, options.GatewayPort);
        });
        silo.Configure<ClusterMembershipOptions>(o =>
        {
            o.ProbeTimeout = TimeSpan.FromSeconds(ProbeSeconds);
            // Orleans' default is four times as long, and then a silo from which a message came within 3 of these is never found dead.
            o.MaxProbeTimeout = o.ProbeTimeout;
            o.NumMissedProbesLimit = MissedProbes;
            o.TableRefreshTimeout = TimeSpan.FromSeconds(TableSeconds);
            o.NumVotesForDeathDeclaration = 1; // with two nodes there is one to vote
            o.DefunctSiloCleanupPeriod = TimeSpan.FromHours(1);
        });
        silo.Configure<SiloMessagingOptions>(o =>
        {
            o.ResponseTimeout = TimeSpan.FromSeconds(ResponseSeconds);
            o.MaxMessageBodySize = MaxMessageBytes;
        });
        silo.Configure<KvClusterOptions>(o => o.Primary = options.Primary);
        silo.AddOrleansKvNode(options.NodeId, _ => store);
        if (options.Cluster == ClusterKind.Postgres)
        {
            silo.UsePostgres(options.Postgres);
        }
        else
        {
            silo.UseDevelopmentClustering(options.Primary);
            silo.UseInMemoryReminderService();
            silo.AddJournalGrainStorage(KvClusterOptions.StorageName, builder => builder.Configure<Serializer>((storage, serializer) =>
            {
                storage.UseStore(s => s.GetRequiredService<KvNode>().Store, s => s.GetRequiredService<KvNode>().Commits);
                storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
            }));
        }

        if (options.UsesTls) UseTls(silo, options);
    }

    /// <summary>
    /// Where the silo listens: the advertised address alone, or all of them when it is another machine's that forwards to this one.
    /// </summary>
    internal static IPAddress ListenAddress(IPAddress advertised)
    {
        if (IPAddress.IsLoopback(advertised) || NetworkInterface.GetAllNetworkInterfaces()
            .Any(n => n.GetIPProperties().UnicastAddresses.Any(a => a.Address.Equals(advertised)))) return advertised;
        return advertised.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
    }

    private static void UseTls(ISiloBuilder silo, SiloOptions options)
    {
        try
        {
            ClusterTls tls = ClusterTls.Load(options.TlsCert, options.TlsKey, options.TlsCa);
            silo.UseTls(tls.Own, tls.Configure);
        }
        catch (CryptographicException failure)
        {
            throw new StartException(
                $"the certificates of --silo-tls-cert, --silo-tls-key and --silo-tls-ca cannot be used: {failure.Message}");
        }
    }
}
