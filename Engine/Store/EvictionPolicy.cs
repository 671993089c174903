namespace OrleansKv.Engine.Store;

/// <summary>What goes when memory is over its budget.</summary>
public enum EvictionPolicy
{
    /// <summary>The least recently used key.</summary>
    AllKeysLru,

    /// <summary>
    /// The least recently used key that has a deadline; while many colder ones without are being passed over, the one whose deadline is
    /// nearest.
    /// </summary>
    VolatileLru,

    /// <summary>The key whose deadline is nearest.</summary>
    VolatileTtl,

    /// <summary>Nothing: commands that need memory are refused.</summary>
    NoEviction,
}
