using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Runtime;

namespace OrleansKv.Client.Connection;

/// <summary>
/// The nodes that Orleans' client connects to: names are looked up whenever it asks, once a minute and when no node is left.
/// </summary>
internal sealed class NodeList(NodeEndpoint[] endpoints, TimeSpan refreshPeriod) : IGatewayListProvider
{
    public TimeSpan MaxStaleness { get; } = refreshPeriod;

    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    public async Task<IList<Uri>> GetGateways()
    {
        List<Uri> found = [];
        foreach (NodeEndpoint endpoint in endpoints)
        {
            try
            {
                IPEndPoint[] addresses = await endpoint.ResolveAsync(CancellationToken.None).ConfigureAwait(false);
                found.AddRange(addresses.Select(static a => a.ToGatewayUri()));
            }
            catch (SocketException)
            {
                // Not known now; the others may be.
            }
        }

        return found;
    }
}
