using OrleansKv.Engine.Journal;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>Reads a shard's tail into an array of its own.</summary>
internal static class TailReads
{
    public static byte[]? Read(this ShardTail tail, LogPosition after, int wantedBytes) =>
        tail.Read(after, wantedBytes, new RecordArena(), out _)?.ToArray();
}
