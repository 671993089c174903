namespace OrleansKv.Gateway.Sessions;

/// <summary>CLIENT REPLY: whether the client wants its replies.</summary>
internal enum ReplyMode
{
    On,
    Off,

    /// <summary>The next command's reply is dropped; a BATCH and its lines count as one.</summary>
    SkipNext,
}
