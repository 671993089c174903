namespace OrleansKv.Client;

/// <summary>A value with its version.</summary>
/// <param name="Value">The value; the type's default when there is no such key.</param>
/// <param name="Version">The key's; <see cref="KeyVersion.None"/> when there is no such key.</param>
public readonly record struct Versioned<T>(T? Value, KeyVersion Version)
{
    /// <summary>Whether there is such a key.</summary>
    public bool Exists => Version != KeyVersion.None;
}
