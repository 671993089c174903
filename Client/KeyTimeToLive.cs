namespace OrleansKv.Client;

/// <summary>How long a key has to live.</summary>
/// <param name="Exists">Whether there is such a key.</param>
/// <param name="Remaining">What is left, exact to a millisecond; null when it never expires, or is not there.</param>
public readonly record struct KeyTimeToLive(bool Exists, TimeSpan? Remaining);
