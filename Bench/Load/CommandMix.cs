namespace OrleansKv.Bench.Load;

/// <summary>The names of what a load sends.</summary>
internal enum CommandMix
{
    /// <summary>GET with the probability of the read ratio, otherwise SET.</summary>
    Mix,
    Set,
    Get,
}
