using OrleansKv.Protocol;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Gateway.Protocol;

/// <summary>One parsed command of a batch: its spec and where its words are. Plain data, reused.</summary>
internal struct CommandFrame
{
    /// <summary>Null when no command has this name.</summary>
    public CommandEntry? Command;

    /// <summary>Index of word 0 in the batch's slices.</summary>
    public int FirstSlice;

    /// <summary>Words, name included.</summary>
    public int Words;

    /// <summary>Where the command begins and where the next one does, as positions in the bytes read.</summary>
    public int Start;
    public int End;

    /// <summary>Slot and hash of the first key, set by a dispatcher that looks ahead.</summary>
    public SlotId Slot;
    public uint Hash;
}
