namespace OrleansKv.Silo.Options;

/// <summary>Where the cluster keeps its membership, reminders and map.</summary>
internal enum ClusterKind
{
    /// <summary>In the first node; to try a cluster with nothing installed.</summary>
    Dev,

    /// <summary>In PostgreSQL.</summary>
    Postgres,
}
