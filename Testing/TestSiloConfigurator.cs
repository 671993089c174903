using Orleans.Hosting;
using Orleans.TestingHost;

namespace OrleansKv.Testing;

/// <summary>What <see cref="TestClusterBuilder"/> makes in each silo.</summary>
internal sealed class TestSiloConfigurator : ISiloConfigurator
{
    public void Configure(ISiloBuilder siloBuilder) => TestSilo.Add(
        siloBuilder,
        siloBuilder.Configuration["Orleans:Name"] ?? throw new InvalidOperationException("the test cluster gave the silo no name"),
        TestClusterParts.Find(siloBuilder.Configuration[TestClusterParts.PropertyName]));
}
