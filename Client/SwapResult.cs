namespace OrleansKv.Client;

/// <summary>What became of a change that asked for a version.</summary>
/// <param name="Succeeded">Whether the key still had that version, and was changed.</param>
/// <param name="Version">The key's version now: of the new value, or the one that stood in the way; none when there is no such key.</param>
public readonly record struct SwapResult(bool Succeeded, KeyVersion Version);
