namespace OrleansKv.Bench.Load;

/// <summary>What a reply means for the request it answers.</summary>
internal enum ReplyOutcome
{
    Stored,
    Hit,
    Miss,

    /// <summary>A GET that brought another value than this key's with these sizes.</summary>
    WrongValue,
    SetError,
    GetError,
    Count,
}
