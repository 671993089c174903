namespace OrleansKv.Protocol.Batches;

/// <summary>One item of a batch that has been read: which command, how, and where its words are among the batch's slices.</summary>
internal readonly record struct BatchItem(ushort Index, byte Flags, int FirstSlice, int Words);
