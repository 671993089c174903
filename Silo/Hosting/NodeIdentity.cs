namespace OrleansKv.Silo.Hosting;

/// <summary>Whose data a folder holds.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Node">The node's.</param>
/// <param name="Guid">The cluster's GUID; null before it has taken the node, and in files of older programs.</param>
internal sealed record NodeIdentity(string Cluster, string Node, Guid? Guid = null);
