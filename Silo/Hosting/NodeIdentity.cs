namespace OrleansKv.Silo.Hosting;

/// <summary>Whose data a folder holds.</summary>
internal sealed record NodeIdentity(string Cluster, string Node);
