namespace OrleansKv.Engine.Registers;

/// <summary>Times of a proposer.</summary>
public sealed record ProposerOptions
{
    /// <summary>After this time without an answer a request is sent again. A round on loopback takes 1 to 4 ms, flush included.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// A read waits this long for acceptors to agree on one value before it has them do so: one that lags is a message behind.
    /// </summary>
    public TimeSpan LookFor { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Longest pause after the first attempt that another proposer has outrun; it doubles with each further one, up to 16 times. Random
    /// below that: two proposers that meet would otherwise outrun each other again and again.
    /// </summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Operations of one register that wait for the one before them; a further one is refused.</summary>
    public int MaxWaiting { get; init; } = 1024;
}
