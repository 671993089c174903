namespace OrleansKv.Protocol.Commands;

/// <summary>Where a word of a command stands in the bytes that brought it (offset and length, bytes).</summary>
public readonly record struct ArgSlice(int Start, int Length);
