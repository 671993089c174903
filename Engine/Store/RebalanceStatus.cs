namespace OrleansKv.Engine.Store;

/// <summary>A change of the number of shards.</summary>
/// <param name="IsRunning">Slots are still to be moved.</param>
/// <param name="FromShards">Shards before.</param>
/// <param name="ToShards">Shards after.</param>
/// <param name="SlotsMoved">Slots that are wholly at their new shard.</param>
/// <param name="SlotsToMove">Slots of the whole change.</param>
/// <param name="KeysMoved">Keys moved, those included that commands pulled over.</param>
public sealed record RebalanceStatus(bool IsRunning, int FromShards, int ToShards, int SlotsMoved, int SlotsToMove, long KeysMoved)
{
    public static readonly RebalanceStatus None = new(false, 0, 0, 0, 0, 0);
}
