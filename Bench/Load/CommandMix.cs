namespace OrleansKv.Bench.Load;

/// <summary>What a load sends.</summary>
internal enum CommandMix
{
    /// <summary>GET with the probability of the read ratio, otherwise SET.</summary>
    Mix,
    Set,
    Get,
}
