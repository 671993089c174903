namespace OrleansKv.Protocol.Batches;

/// <summary>An item of a batch that took long.</summary>
/// <param name="Index">Its place among the replies.</param>
/// <param name="Ns">How long it ran, ns.</param>
public readonly record struct SlowItem(int Index, long Ns);
