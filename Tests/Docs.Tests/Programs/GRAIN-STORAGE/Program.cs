// The C# blocks of docs/GRAIN-STORAGE.md: an application of one silo that is started twice on the same folder.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

for (int run = 1; run <= 2; run++)
{
    HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
    //snippet 1
    MoveToPorts(builder, siloPort: 11111, gatewayPort: 30000);
    using IHost host = builder.Build();
    await host.StartAsync();
    Assert.Equal(2 * run, await host.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>("a").Add(2));
    await host.StopAsync();
}

// UseLocalhostClustering has the ports as its defaults, which other programs of the machine may use: the test puts free ones here.
static void MoveToPorts(HostApplicationBuilder builder, int siloPort, int gatewayPort) => builder.UseOrleans(silo => silo
    .Configure<EndpointOptions>(options => (options.SiloPort, options.GatewayPort) = (siloPort, gatewayPort))
    .Configure<DevelopmentClusterMembershipOptions>(options => options.PrimarySiloEndpoint = new(System.Net.IPAddress.Loopback, siloPort)));

public interface ICounterGrain : IGrainWithStringKey
{
    Task<int> Add(int amount);
}

//snippet 2
