namespace OrleansKv.Client;

/// <summary>A value with its version.</summary>
/// <param name="Value">The value; the type's default when there is no such key.</param>
/// <param name="Version">
/// Changes with every change of the key, its expiry included, and never comes back; 0 when there is no such key. Versions of one key grow.
/// </param>
public readonly record struct Versioned<T>(T? Value, long Version)
{
    /// <summary>Whether there is such a key.</summary>
    public bool Exists => Version != 0;
}
