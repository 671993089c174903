using System.Globalization;
using OrleansKv.Gateway.Metrics.Reports;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// INFO replication. To Redis' clients every node is a master. With replicas, other nodes that follow shards led here are its slaves, and
/// behind Redis' lines come ours.
/// </summary>
internal static class InfoReplication
{
    public static void Write(InfoSource source, InfoText text)
    {
        ReplicationReport? replication = source.Report.Replication;
        text.Line("role", "master");
        text.Line("connected_slaves", replication?.Followers.Count ?? 0);
        if (replication is not null) Slaves(replication, text);
        text.Line("master_failover_state", "no-failover");
        text.Line("master_replid", source.Server.RunId);
        text.Line("master_replid2", new string('0', 40));
        text.Line("master_repl_offset", replication?.Offset ?? 0);
        text.Line("second_repl_offset", -1);
        text.Line("repl_backlog_active", 0);
        text.Line("repl_backlog_size", 1024 * 1024); // the setting's default, which Redis shows whether there is a backlog or not
        text.Line("repl_backlog_first_byte_offset", 0);
        text.Line("repl_backlog_histlen", 0);
        if (replication is not null) Own(replication, text);
    }

    // As Redis' own: one that has not answered yet is waited for.
    private static void Slaves(ReplicationReport replication, InfoText text)
    {
        for (int i = 0; i < replication.Followers.Count; i++)
        {
            FollowerReport follower = replication.Followers[i];
            string state = follower.LagSeconds is null ? "wait_bgsave" : "online";
            text.Line(string.Create(CultureInfo.InvariantCulture, $"slave{i}"), string.Create(CultureInfo.InvariantCulture,
                $"ip={follower.Host},port={follower.Port},state={state},offset={follower.Offset},lag={follower.LagSeconds ?? 0}"));
        }
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
