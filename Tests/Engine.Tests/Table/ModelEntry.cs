namespace OrleansKv.Engine.Tests.Table;

/// <summary>What the model knows of a key.</summary>
internal sealed record ModelEntry(byte[] Value, long Deadline, long Version);
