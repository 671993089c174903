namespace OrleansKv.Grains.Routing;

/// <summary>What is done with a call that has ended.</summary>
internal enum CallStep : byte
{
    /// <summary>Its replies are handed out.</summary>
    Deliver,

    /// <summary>Nothing ran: the same batch is sent again, <see cref="CallOutcome.RetryMs"/> later.</summary>
    SendAgain,

    /// <summary>Nothing ran, and the shard has been on its way for as long as its callers wait: they are told so.</summary>
    GiveUp,

    /// <summary>What has only read is asked again; of the rest it is not known whether it ran.</summary>
    AskReadsAgain,

    /// <summary>It failed as its outcome says.</summary>
    Fail,
}
