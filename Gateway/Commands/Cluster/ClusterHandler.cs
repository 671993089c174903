using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Commands.Cluster;

/// <summary>A <see cref="SessionHandler"/> that is called only where there is a cluster.</summary>
internal delegate void ClusterHandler(Session session, in ArgList args, IClusterView cluster);
