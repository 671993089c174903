using Microsoft.Extensions.ObjectPool;

namespace OrleansKv.Client.Routing;

/// <summary>How a router's pool makes exchanges.</summary>
internal sealed class ExchangePolicy(ShardRouter router) : IPooledObjectPolicy<Exchange>
{
    public Exchange Create() => new(router);

    public bool Return(Exchange obj) => true;
}
