namespace OrleansKv.Silo.Options;

/// <summary>Where the cluster keeps its membership, reminders and map.</summary>
internal enum ClusterKind
{
    /// <summary>On the nodes themselves, which decide by majority; nothing else is needed.</summary>
    Quorum,

    /// <summary>In PostgreSQL.</summary>
    Postgres,
}
