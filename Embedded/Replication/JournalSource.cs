using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Options;
using OrleansKv.Hosting.Replication;
using OrleansKv.Protocol;

namespace OrleansKv.Embedded.Replication;

/// <summary>What a one-process server gives to its followers: its journal. Any thread.</summary>
/// <param name="store">This server's.</param>
/// <param name="config">The settings.</param>
/// <param name="hasLeader">Whether this server leads, or has all that its own leader sends.</param>
internal sealed class JournalSource(NodeStore store, RuntimeConfig config, Func<bool> hasLeader) : IStreamSource
{
    public string? Refusal()
    {
        if (!hasLeader()) return "NOMASTERLINK Can't SYNC while not connected with my master";
        return store.Rebalancer.IsRunning || store.Map.HasMoves
            ? "TRYAGAIN a rebalance is under way: followers are taken when it is over"
            : null;
    }

    public IFollowerFeed? GoOn(ReadOnlySpan<byte> state)
    {
        StreamBacklog backlog = store.Links.BeginStream(config.Current.BacklogBytes);
        return store.Links.PlaceFor(state) is { } place ? new JournalFeed(store, backlog, place) : null;
    }

    // Before a copy begins, all that has been appended is written: what the records since are behind is one place.
    public IFollowerFeed BeginCopy()
    {
        StreamBacklog backlog = store.Links.BeginStream(config.Current.BacklogBytes);
        store.Commit(store.Appended, Durability.No);
        return new JournalFeed(store, backlog, backlog.End is var end and > 0 ? end : store.Links.End);
    }
}
