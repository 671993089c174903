using OrleansKv.Protocol;

namespace OrleansKv.Engine.Table;

/// <summary>Where a key stands: its slot, and its hash among the slot's keys.</summary>
public readonly record struct KeyPlace(SlotId Slot, uint Hash);
