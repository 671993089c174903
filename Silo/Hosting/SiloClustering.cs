using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Store;
using OrleansKv.Grains;
using OrleansKv.Hosting;
using OrleansKv.Silo.Options;
using OrleansKv.Silo.Postgres;
using OrleansKv.Silo.Registers;
using SiloOptions = OrleansKv.Silo.Options.SiloOptions;

namespace OrleansKv.Silo.Hosting;

/// <summary>How the silo finds others, and what it keeps where.</summary>
internal static class SiloClustering
{
    /// <summary>
    /// A probe has 0.5 s, and up to 1 s while a silo is slow; one that has not answered 3 of them is dead: a killed process is seen in 0.6
    /// to 0.8 s, one that hangs in 3 to 3.4 s (measured, 2 cores). Orleans' own defaults take about 15 s.
    /// </summary>
    private const int ProbeMs = 500;
    private const int LongestProbeMs = 1_000;
    private const int MissedProbes = 3;

    /// <summary>
    /// Silos that must hold another for dead, once there are more than two: one whose own network is broken is alone with its vote.
    /// </summary>
    private const int Votes = 2;

    /// <summary>
    /// Time between looks at the membership table, s: news travel by gossip, but a node that hung and was declared dead is told by the
    /// table alone, and ends then so that it can be started again. Orleans' default is 60.
    /// </summary>
    private const int TableSeconds = 5;

    /// <summary>
    /// Time after which a call's outcome is unknown, s: longer than a death takes to be seen, and shorter than clients' patience.
    /// </summary>
    private const int ResponseSeconds = 10;

    /// <summary>A batch is one message, and a value in it can have 512 MB: 1 GiB (Orleans' default is 100 MB).</summary>
    private const int MaxMessageBytes = 1024 * 1024 * 1024;

    /// <param name="silo">The silo.</param>
    /// <param name="options">What it is to be.</param>
    /// <param name="store">Its data.</param>
    /// <param name="promises">What it has promised for its replicas.</param>
    /// <param name="registers">The control plane with quorum; null with a database.</param>
    public static void Configure(
        ISiloBuilder silo, SiloOptions options, NodeStore store, ReplicaPromises promises, RegisterStore? registers)
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
            o.ProbeTimeout = TimeSpan.FromMilliseconds(ProbeMs);
            o.MaxProbeTimeout = TimeSpan.FromMilliseconds(LongestProbeMs);
            o.NumMissedProbesLimit = MissedProbes;
            o.TableRefreshTimeout = TimeSpan.FromSeconds(TableSeconds);
            o.NumVotesForDeathDeclaration = Votes; // Orleans asks for no more than half of those that run
            o.DefunctSiloCleanupPeriod = TimeSpan.FromHours(1);
            o.DefunctSiloExpiration = TimeSpan.FromDays(1);
        });
        silo.Configure<SiloMessagingOptions>(o =>
        {
            o.ResponseTimeout = TimeSpan.FromSeconds(ResponseSeconds);
            o.MaxMessageBodySize = MaxMessageBytes;
        });
        silo.AddOrleansKvNode(options.NodeId, _ => store, promises);
        silo.Configure<KvClusterOptions>(o =>
            (o.Replicas, o.WriteQuorum, o.ReadQuorum) = (options.Replicas, options.WriteQuorum, options.ReadQuorum));
        if (registers is null) silo.UsePostgres(options.Postgres);
        else silo.UseQuorum(registers);
        if (LoadTls(options) is { } tls) silo.UseTls(tls.Own, tls.Configure);
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

    /// <summary>The certificates for connections between nodes; null for none. Throws <see cref="StartException"/>.</summary>
    internal static ClusterTls? LoadTls(SiloOptions options)
    {
        if (!options.UsesTls) return null;
        try
        {
            return ClusterTls.Load(options.TlsCert, options.TlsKey, options.TlsCa);
        }
        catch (CryptographicException failure)
        {
            throw new StartException(
                $"the certificates of --silo-tls-cert, --silo-tls-key and --silo-tls-ca cannot be used: {failure.Message}");
        }
    }
}
