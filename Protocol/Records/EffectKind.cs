using OrleansKv.Protocol.Slots;

namespace OrleansKv.Protocol.Records;

/// <summary>What a record does to a shard's map. The numbers are on disk: never reuse one.</summary>
public enum EffectKind : byte
{
    /// <summary>Key gets a value and a deadline (0: none), whatever it had.</summary>
    Set = 1,

    /// <summary>
    /// Bytes of an existing value, or of an empty new one, are overwritten from an offset; it grows with zeros when too short. The deadline
    /// stays.
    /// </summary>
    Patch = 2,

    /// <summary>An existing key gets another deadline (0: none).</summary>
    SetDeadline = 3,

    /// <summary>Key goes away: deleted, expired, evicted or moved to another shard; all the same to a replica.</summary>
    Delete = 4,

    /// <summary>Every key of the shard goes away.</summary>
    Clear = 5,

    /// <summary>
    /// Ends a group of records that are applied all or none. Format 1 alone: now the records say it (<see cref="RecordFlags"/>).
    /// </summary>
    GroupEnd = 6,

    /// <summary>The node's slot map changed; the payload is the map. Belongs to no shard.</summary>
    SlotMap = 7,

    /// <summary>
    /// Changes nothing; its "synced" field shows that all before it was on the disk when a server stopped cleanly. Belongs to no shard.
    /// </summary>
    Mark = 8,

    /// <summary>
    /// Begins a tenure of the shard: the first record of its epoch. Changes no key; the value is the position of the record before it, as
    /// an <see cref="EpochStart"/>.
    /// </summary>
    EpochBegins = 9,
}
