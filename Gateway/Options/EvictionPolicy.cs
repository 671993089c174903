namespace OrleansKv.Gateway.Options;

/// <summary>What goes when the memory budget is reached.</summary>
public enum EvictionPolicy
{
    AllKeysLru,
    VolatileLru,
    VolatileTtl,
    NoEviction,
}
