using Orleans.GrainDirectory;
using Orleans.Runtime;
using OrleansKv.Grains.Node;

namespace OrleansKv.Grains.Placement;

/// <summary>
/// The grain directory of the grains whose place the cluster map decides, shards and nodes: an entry is what the map and Orleans'
/// membership say, so every silo has all of them, and there is nothing to register, to hand over or to lose. Orleans' own directory keeps
/// each entry on one silo: while that one is dead and not yet known to be, a shard that lives elsewhere could not be found (ADR 0018). Any
/// thread.
/// </summary>
/// <param name="maps">The map that this silo goes by. Late: Orleans makes its directories before the store is open.</param>
/// <param name="nodes">Which silo a node is.</param>
/// <param name="membership">Orleans' own.</param>
internal sealed class ClusterMapDirectory(
    Lazy<ClusterMapCache> maps, Lazy<NodeDirectory> nodes, IClusterMembershipService membership) : IGrainDirectory
{
    /// <summary>Its name among Orleans' grain directories.</summary>
    public const string Name = "orleanskv";

    /// <summary>Grain type of the shards; a grain's key is the shard's number.</summary>
    public const string ShardTypeName = "orleanskv.shard";

    /// <summary>Grain type of the nodes; a grain's key is the node's id.</summary>
    public const string NodeTypeName = "orleanskv.node";

    public static readonly GrainType ShardType = GrainType.Create(ShardTypeName);
    public static readonly GrainType NodeType = GrainType.Create(NodeTypeName);

    /// <summary>
    /// Where the grain belongs; null when its node is down or the map does not know it: then the placement director has the error.
    /// </summary>
    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult(Find(grainId));

    /// <summary>
    /// An activation stays where it belongs. One that a caller with an older map has made elsewhere hears who has the grain, and Orleans
    /// sends its calls there. With nobody to send them to it stays, and answers them by the map.
    /// </summary>
    public Task<GrainAddress?> Register(GrainAddress address)
    {
        GrainAddress? place = Find(address.GrainId);
        return Task.FromResult<GrainAddress?>(place is null || place.SiloAddress!.Equals(address.SiloAddress) ? address : place);
    }

    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress) => Register(address);

    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;

    private GrainAddress? Find(GrainId id)
    {
        string? node = id.Type.Equals(NodeType) ? id.Key.ToString() : HomeOf(id.GetIntegerKey());
        return node is not null && nodes.Value.Find(node) is { } silo
            ? new GrainAddress { GrainId = id, SiloAddress = silo, MembershipVersion = membership.CurrentSnapshot.Version }
            : null;
    }

    private string? HomeOf(long shard)
    {
        ShardHome[] homes = maps.Value.Current.Homes;
        return shard >= 0 && shard < homes.Length ? homes[shard].NodeId : null;
    }
}
