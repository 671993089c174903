using Microsoft.Extensions.DependencyInjection;
using OrleansKv.Client;
using OrleansKv.Testing;

namespace Orleans.TestingHost;

/// <summary>
/// Puts OrleansKv into an application's own test cluster: its silos are the nodes, its client and its grains have the store.
/// </summary>
public static class OrleansKvTestClusterExtensions
{
    /// <summary>Makes every silo of the cluster a node of OrleansKv. The store is there when the cluster is deployed.</summary>
    /// <param name="builder">The cluster's builder.</param>
    /// <param name="configure">Changes the options.</param>
    public static InProcessTestClusterBuilder AddOrleansKv(
        this InProcessTestClusterBuilder builder, Action<OrleansKvTestOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        TestClusterParts parts = PartsOf(configure);
        builder.ConfigureSilo((options, silo) => TestSilo.Add(silo, options.SiloName, parts));
        builder.ConfigureClient(static client => client.Services.AddOrleansKv());
        return builder;
    }

    /// <summary>
    /// The same for a cluster whose silos are configured by types; they must run in the test's process, as they do by default.
    /// </summary>
    public static TestClusterBuilder AddOrleansKv(this TestClusterBuilder builder, Action<OrleansKvTestOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Properties[TestClusterParts.PropertyName] = PartsOf(configure).Register();
        builder.AddSiloBuilderConfigurator<TestSiloConfigurator>();
        builder.AddClientBuilderConfigurator<TestClientConfigurator>();
        return builder;
    }

    /// <summary>The store as the cluster's client sees it.</summary>
    public static IKeyValueStore GetOrleansKv(this InProcessTestCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return cluster.Client.ServiceProvider.GetRequiredService<IKeyValueStore>();
    }

    /// <summary>The store as the cluster's client sees it.</summary>
    public static IKeyValueStore GetOrleansKv(this TestCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return cluster.ServiceProvider.GetRequiredService<IKeyValueStore>();
    }

    private static TestClusterParts PartsOf(Action<OrleansKvTestOptions>? configure)
    {
        var options = new OrleansKvTestOptions();
        configure?.Invoke(options);
        return new TestClusterParts(options);
    }
}
