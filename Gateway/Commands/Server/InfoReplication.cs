using System.Globalization;
using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// INFO replication. To Redis' clients every node of a cluster is a master. With replicas, other nodes that follow shards led here are its
/// slaves, and behind Redis' lines come ours, with the servers that follow the cluster as a whole.
/// </summary>
internal static class InfoReplication
{
    public static void Write(InfoSource source, InfoText text)
    {
        ReplicationReport? replication = source.Report.Replication;
        LinksReport? links = source.Report.Links;
        text.Line("role", links?.Leader is null ? "master" : "slave");
        if (links?.Leader is { } leader) Leader(leader, links.Offset, text);
        IReadOnlyList<FollowerReport> followers = replication?.Followers ?? links?.Followers ?? [];
        text.Line("connected_slaves", followers.Count);
        Slaves(followers, text);
        text.Line("master_failover_state", "no-failover");
        text.Line("master_replid", source.Server.RunId);
        text.Line("master_replid2", new string('0', 40));
        text.Line("master_repl_offset", replication?.Offset ?? links?.Offset ?? 0);
        text.Line("second_repl_offset", -1);
        bool hasBacklog = links is { BacklogBytes: > 0 };
        text.Line("repl_backlog_active", hasBacklog ? 1 : 0);
        text.Line("repl_backlog_size", links is { BacklogLimitBytes: > 0 } ? links.BacklogLimitBytes : 1024 * 1024); // else Redis' default
        text.Line("repl_backlog_first_byte_offset", hasBacklog ? links!.Offset - links.BacklogBytes + 1 : 0);
        text.Line("repl_backlog_histlen", links?.BacklogBytes ?? 0);
        if (replication is null) return;
        Own(replication, text);
        if (links is not null) Streams(links.Followers, text);
    }

    // Servers that follow the cluster through this node: apart from the nodes that have its shards' copies.
    private static void Streams(IReadOnlyList<FollowerReport> followers, InfoText text)
    {
        text.Line("stream_followers", followers.Count);
        for (int i = 0; i < followers.Count; i++)
        {
            FollowerReport follower = followers[i];
            string state = follower.LagSeconds is null ? "copying" : "online";
            text.Line(string.Create(CultureInfo.InvariantCulture, $"stream_follower{i}"), string.Create(CultureInfo.InvariantCulture,
                $"ip={follower.Host},port={follower.Port},state={state},lag_bytes={follower.LagBytes},lag={follower.LagSeconds ?? 0}"));
        }
    }

    // As Redis' own: one that has not answered yet is waited for.
    private static void Slaves(IReadOnlyList<FollowerReport> followers, InfoText text)
    {
        for (int i = 0; i < followers.Count; i++)
        {
            FollowerReport follower = followers[i];
            string state = follower.LagSeconds is null ? "wait_bgsave" : "online";
            text.Line(string.Create(CultureInfo.InvariantCulture, $"slave{i}"), string.Create(CultureInfo.InvariantCulture,
                $"ip={follower.Host},port={follower.Port},state={state},offset={follower.Offset},lag={follower.LagSeconds ?? 0}"));
        }
    }

    // Redis' own lines of a replica, and how many bytes of records it lacks.
    private static void Leader(LeaderReport leader, long offset, InfoText text)
    {
        text.Line("master_host", leader.Host);
        text.Line("master_port", leader.Port);
        text.Line("master_link_status", leader.IsUp ? "up" : "down");
        text.Line("master_last_io_seconds_ago", leader.IsUp ? leader.SilentSeconds ?? 0 : -1);
        text.Line("master_sync_in_progress", leader.State == "sync" ? 1 : 0);
        text.Line("slave_read_repl_offset", offset);
        text.Line("slave_repl_offset", offset);
        if (leader.DownSeconds is { } down) text.Line("master_link_down_since_seconds", down);
        text.Line("slave_priority", 100);
        text.Line("slave_read_only", 1);
        text.Line("replica_announced", 1);
        text.Line("slave_lag_bytes", leader.LagBytes ?? -1);
    }

    private static void Own(ReplicationReport replication, InfoText text)
    {
        text.Line("replicas", replication.Replicas);
        text.Line("write_quorum", replication.WriteQuorum);
        text.Line("led_shards", replication.LedShards);
        text.Line("followed_shards", replication.FollowedShards);
        text.Line("shards_without_write_quorum", replication.ShardsWithoutWriteQuorum);
        text.Line("replica_lag_max_records", replication.MaxLagRecords);
        text.Line("replica_copies_running", replication.CopiesRunning);
        text.Line("follower_reads", replication.FollowerReads);
    }
}
