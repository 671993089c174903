namespace OrleansKv.Protocol.Commands;

/// <summary>How the replies of several shards, each asked for its part of a command, become one.</summary>
public enum ReplyMerge
{
    /// <summary>They cannot: the command runs in one shard.</summary>
    None,

    /// <summary>Integers are added up.</summary>
    Sum,

    /// <summary>OK when all say so.</summary>
    AllOk,

    /// <summary>Arrays' elements, in the order of the keys asked for.</summary>
    Elements,

    /// <summary>Arrays, one after the other.</summary>
    Concat,

    /// <summary>One of those that are not null, by chance.</summary>
    Any,
}
