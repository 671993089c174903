using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Commands.Cluster;

/// <summary>Makes commands that need a cluster and that, without one, say so in Redis' words.</summary>
internal static class ClusterCommand
{
    /// <summary>A subcommand of CLUSTER.</summary>
    public static SessionCommand Of(
        string name, int arity, CommandFlags flags, string since, string summary, string syntax, ClusterHandler run) =>
        SessionCommand.Of("cluster|" + name, arity, flags, "cluster", since, summary, syntax, Guarded(run));

    public static SessionHandler Guarded(ClusterHandler run) => (Session session, in ArgList args) =>
    {
        if (session.Server.Control.Cluster is { } cluster) run(session, args, cluster);
        else session.Output.Error("ERR This instance has cluster support disabled");
    };
}
