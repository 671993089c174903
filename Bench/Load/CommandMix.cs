// Owns: the names of what a load sends.
namespace OrleansKv.Bench.Load;

internal enum CommandMix
{
    /// <summary>GET with the probability of the read ratio, otherwise SET.</summary>
    Mix,
    Set,
    Get,
}
