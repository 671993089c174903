namespace OrleansKv.Engine.Shards;

/// <summary>What a node is for a shard.</summary>
public enum ShardRole
{
    /// <summary>Nothing: it is empty, or a copy that is served nowhere. Nothing changes it but what replaces it.</summary>
    None,

    /// <summary>Commands run here: it decides, and its records are the shard's.</summary>
    Leader,

    /// <summary>It applies the leader's records and changes in no other way: it expires, evicts and counts nothing by itself.</summary>
    Follower,
}
