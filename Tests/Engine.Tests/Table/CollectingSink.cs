using System.Text;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Table;

/// <summary>Keeps what a snapshot shows, and fails when it shows an entry twice.</summary>
internal sealed class CollectingSink : ISnapshotSink
{
    public Dictionary<string, ModelEntry> Entries { get; } = [];

    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version) =>
        Assert.True(Entries.TryAdd(Encoding.ASCII.GetString(key), new ModelEntry(value.ToArray(), deadlineMs, version.Value)),
            "an entry came twice");
}
