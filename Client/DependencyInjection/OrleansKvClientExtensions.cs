using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansKv.Client;
using OrleansKv.Client.Connection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Connects an application to an OrleansKv cluster of other processes: a console or web application, or a silo of another cluster. A silo
/// that is a node of the OrleansKv cluster itself needs no connection: <c>AddOrleansKv</c>.
/// </summary>
public static class OrleansKvClientExtensions
{
    /// <summary>
    /// Adds <see cref="IKeyValueStore"/> with a connection to the cluster of these nodes (<c>host:port</c>, the port being their
    /// <c>--gateway-port</c>). It is opened before anything else of the host starts; a start fails within seconds if no node can be
    /// reached.
    /// </summary>
    public static IHostApplicationBuilder AddOrleansKvClient(this IHostApplicationBuilder builder, params string[] endpoints)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOrleansKvClient(endpoints);
        return builder;
    }

    /// <summary>The same with options.</summary>
    public static IHostApplicationBuilder AddOrleansKvClient(this IHostApplicationBuilder builder, Action<OrleansKvClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOrleansKvClient(configure);
        return builder;
    }

    /// <summary>The same for a host's services.</summary>
    public static IServiceCollection AddOrleansKvClient(this IServiceCollection services, params string[] endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return services.AddOrleansKvClient(options => Add(options, endpoints));
    }

    /// <summary>The same for endpoints that are known as objects.</summary>
    public static IServiceCollection AddOrleansKvClient(this IServiceCollection services, params EndPoint[] endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return services.AddOrleansKvClient(options => Add(options, endpoints.Select(NodeEndpoint.TextOf)));
    }

    /// <summary>The same with options; called again, it adds to them.</summary>
    public static IServiceCollection AddOrleansKvClient(this IServiceCollection services, Action<OrleansKvClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOrleansKv();
        services.Configure(configure);
        services.TryAddSingleton(static provider => new OrleansKvConnection(
            provider.GetRequiredService<IOptions<OrleansKvClientOptions>>().Value,
            provider.GetRequiredService<IOptions<KeyValueStoreOptions>>().Value,
            provider.GetService<ILoggerFactory>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ConnectionService>());
        return services;
    }

    private static void Add(OrleansKvClientOptions options, IEnumerable<string> endpoints)
    {
        foreach (string endpoint in endpoints) options.Endpoints.Add(endpoint);
    }
}
