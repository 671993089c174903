namespace OrleansKv.Engine.Tests.Support;

/// <summary>What a reader sees of a key: its value, and its deadline in milliseconds since the Unix epoch, 0 for none.</summary>
internal sealed record LiveEntry(string Value, long DeadlineMs);
