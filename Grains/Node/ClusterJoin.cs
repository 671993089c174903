using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using OrleansKv.Grains.Replication;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Grains.Node;

/// <summary>
/// Has the cluster take this silo as a node: its store goes by the cluster's slots before the map names it, because from then on shards may
/// come. One caller at a time.
/// </summary>
public sealed partial class ClusterJoin(
    KvNode node, IGrainFactory grains, ClusterMapCache maps, ReplicaNode replicas, ILocalSiloDetails local,
    IOptions<KvClusterOptions> options, ILogger<ClusterJoin> log)
{
    /// <summary>
    /// Asks once, or twice when the store had to take the slots over. The map of a node that has joined is in force then. Throws what the
    /// call throws.
    /// </summary>
    /// <param name="self">The node as clients see it; silo, store and commands are filled in.</param>
    /// <param name="folder">What its data folder says whose it is.</param>
    /// <param name="replacesStore">The lost store that this one replaces; null for none.</param>
    public async Task<JoinResult> Ask(NodeInfo self, FolderOwner folder, string? replacesStore)
    {
        NodeInfo filled = self with { Silo = local.SiloAddress, Store = StoreName(node.Store.StoreId), Commands = DataCommands.TableId };
        JoinResult result = await Send(filled, folder, replacesStore);
        if (result.Outcome == JoinOutcome.Adopt)
        {
            SlotMap slots = Whole(result).SlotMap;
            try
            {
                node.Store.Adopt(slots);
            }
            catch (IOException failure)
            {
                return result with { Outcome = JoinOutcome.Refused,
                    Problem = $"the cluster's slots cannot be kept in its data folder: {failure.Message}" };
            }

            LogAdopted(slots.ShardCount);
            result = await Send(filled, folder, replacesStore);
        }

        if (result.Outcome != JoinOutcome.Joined) return result;
        maps.Newer = replicas.Offer;
        maps.Offer(Whole(result));
        replicas.Start(maps.Current, hasLostData: replacesStore is not null);
        replicas.Offer(maps.Current); // one that came between
        return result;
    }

    private static ClusterMap Whole(JoinResult result) => result.Map.With(ClusterSlots.None)!; // it always comes with its slots

    private async Task<JoinResult> Send(NodeInfo self, FolderOwner folder, string? replacesStore) =>
        await grains.GetGrain<ISlotMapGrain>(0).Join(new JoinRequest(self, node.Store.Map.ToBytes(), node.Store.Count, folder)
        {
            ReplacesStore = replacesStore,
            NewestEpoch = node.Store.HighestEpoch.Value,
            HasNoPromises = node.Promises.IsNew,
            Replicas = options.Value.Replicas,
            WriteQuorum = options.Value.WriteQuorum,
            ReadQuorum = options.Value.ReadQuorum,
        });

    private static string? StoreName(ulong? id) => id?.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The store is empty and takes over the cluster's slots: {Shards} shards")]
    private partial void LogAdopted(int shards);
}
