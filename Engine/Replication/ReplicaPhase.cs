namespace OrleansKv.Engine.Replication;

/// <summary>What a replica does in the present epoch.</summary>
public enum ReplicaPhase
{
    /// <summary>It has no part in the shard.</summary>
    None,

    /// <summary>It takes the leader's records.</summary>
    Following,

    /// <summary>It asks for promises.</summary>
    Electing,

    /// <summary>It takes over what a more advanced replica has.</summary>
    CatchingUp,

    /// <summary>It brings a write quorum level with the record that begins its tenure.</summary>
    Beginning,

    /// <summary>It serves.</summary>
    Leading,

    /// <summary>
    /// It was elected, or was to be, and serves nothing: its copy differs from the others', or all copies differ and nobody knows which is
    /// right.
    /// </summary>
    Stopped,
}
