using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Http;

/// <summary>The families of a node in a cluster with replicas: what it leads, and whether others follow.</summary>
internal static class PrometheusReplication
{
    /// <summary>Of a one-process server that follows another one, or that others follow.</summary>
    public static void Write(PrometheusText text, LinksReport links)
    {
        text.Gauge("stream_followers", "Servers that follow this one.", links.Followers.Count);
        text.Begin("stream_follower_lag_bytes", "gauge", "Bytes of records that a server which follows is not known to have.");
        foreach (FollowerReport follower in links.Followers)
            text.Sample("stream_follower_lag_bytes", follower.LagBytes, ("follower", follower.Node));
        if (links.Leader is not { } leader) return;
        text.Gauge("leader_link_up", "1 while the records of the leader are applied as they come.", leader.IsUp ? 1 : 0);
        if (leader.LagBytes is { } lag) text.Gauge("leader_lag_bytes", "Bytes of the leader's records that are not applied here.", lag);
        if (leader.SilentSeconds is { } silent) text.Gauge("leader_silent_seconds", "Time since the leader was heard.", silent);
    }

    public static void Write(PrometheusText text, ReplicationReport replication)
    {
        text.Gauge("replicas", "Copies of each shard that the cluster wants.", replication.Replicas);
        text.Gauge("write_quorum", "Copies that must have a record before it is acknowledged.", replication.WriteQuorum);
        text.Gauge("led_shards", "Shards that this node leads.", replication.LedShards);
        text.Gauge("followed_shards", "Shards of which this node follows the leader.", replication.FollowedShards);
        text.Gauge("followers", "Living nodes that follow shards which this one leads.", replication.Followers.Count);
        text.Gauge("shards_without_write_quorum", "Led shards of which too few members answer to acknowledge writes.",
            replication.ShardsWithoutWriteQuorum);
        text.Gauge("replica_lag_max_records", "Most records of one led shard that one living follower is not known to have.",
            replication.MaxLagRecords);
        text.Gauge("replica_copies_running", "Whole states of shards that this node sends to others.", replication.CopiesRunning);
        text.Counter("follower_reads_total", "Batches of reads that were answered from copies that this node follows (READONLY).",
            replication.FollowerReads);
    }
}
