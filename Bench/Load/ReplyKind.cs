namespace OrleansKv.Bench.Load;

/// <summary>The shapes of reply that SET, GET, AUTH, PING and the admin commands of this tool can have.</summary>
internal enum ReplyKind
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,
    Simple,
    Error,
    Integer,
    Bulk,
    Null,

    /// <summary>Not such a reply: the stream cannot be followed any further.</summary>
    Invalid,
}
