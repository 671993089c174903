namespace OrleansKv.Gateway.Sessions;

/// <summary>CLIENT REPLY: whether the client wants its replies.</summary>
internal enum ReplyMode
{
    On,
    Off,

    /// <summary>The next command's reply is dropped.</summary>
    SkipNext,
}
