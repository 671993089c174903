using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Messaging;
using OrleansKv.Grains;

namespace OrleansKv.Client.Connection;

/// <summary>
/// Makes the host of an Orleans client that is a connection's alone: a process whose own services are a silo's, or another cluster's
/// client's, can have it beside them.
/// </summary>
internal static class ClusterHost
{
    /// <summary>Time between looks at the list of nodes: Orleans' own default.</summary>
    private static readonly TimeSpan RefreshPeriod = TimeSpan.FromMinutes(1);

    /// <summary>Makes it; it is told how many nodes are connected and how many were before, whenever that changes.</summary>
    public static IHost Build(
        OrleansKvClientOptions options, NodeEndpoint[] endpoints, ConnectionWatch watch, Action<int, int> nodesChanged)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(watch);
        builder.Logging.SetMinimumLevel(LogLevel.Trace); // the watch decides
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (options.ClusterId, options.ClusterId));
            client.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = options.ResponseTimeout);
            client.Configure<GatewayOptions>(o => o.GatewayListRefreshPeriod = RefreshPeriod);
            client.Configure<ConnectionOptions>(o =>
            {
                o.ConnectionRetryDelay = TimeSpan.FromMilliseconds(ConnectRetry.RetryMs);
                if (options.ConnectTimeout < o.OpenConnectionTimeout) o.OpenConnectionTimeout = options.ConnectTimeout;
            });
            client.Services.AddSingleton<IGatewayListProvider>(new NodeList(endpoints, RefreshPeriod));
            client.Services.AddSingleton<IClientConnectionRetryFilter>(new ConnectRetry(watch));
            client.AddGatewayCountChangedHandler((_, change) =>
                nodesChanged(change.NumberOfConnectedGateways, change.PreviousNumberOfConnectedGateways));
            if (LoadTls(options.Tls) is { } tls) client.UseTls(tls.Own, tls.Configure);
        });
        return builder.Build();
    }

    private static ClusterTls? LoadTls(OrleansKvTlsOptions? options)
    {
        try
        {
            return options is null ? null : ClusterTls.Load(options.CertificateFile, options.KeyFile, options.AuthorityFile);
        }
        catch (CryptographicException failure)
        {
            string problem = $"the certificates of {nameof(OrleansKvClientOptions.Tls)} cannot be used: {failure.Message}";
            throw new KeyValueStoreException(KeyValueStoreError.Unavailable, $"OrleansKv client: {problem}", failure);
        }
    }
}
