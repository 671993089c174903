using OrleansKv.Protocol.Slots;

namespace OrleansKv.Client.Routing;

/// <summary>One operation of an exchange: where its items stand in the buffer, and where its replies will.</summary>
internal struct Operation
{
    /// <summary>Its items' bytes, from here up to <see cref="End"/>.</summary>
    public int Start;

    public int End;

    public ushort Shard;

    /// <summary>The key's slot; <see cref="NoSlot"/> when the shard was given.</summary>
    public ushort Slot;

    /// <summary>Items of a batch that it is made of, each with a reply.</summary>
    public byte Items;

    public bool IsWrite;

    /// <summary>The next operation of the same shard; -1 for none.</summary>
    public int Next;

    /// <summary>The call that took it; null before that.</summary>
    public ShardCall? Call;

    /// <summary>Place of its first reply in the call.</summary>
    public int FirstReply;

    public const ushort NoSlot = ushort.MaxValue;
}
