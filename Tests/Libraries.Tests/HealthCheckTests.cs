using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansKv.Libraries.Tests;

/// <summary>AspNetCore.HealthChecks.Redis finds the server healthy.</summary>
[Collection(LibraryCollection.Name)]
public sealed class HealthCheckTests(ServerFixture fixture)
{
    [Fact]
    public async Task Server_IsHealthy()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddHealthChecks().AddRedis(fixture.Address);
        await using ServiceProvider provider = services.BuildServiceProvider();
        HealthReport report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(HealthStatus.Healthy, report.Status);
    }
}
