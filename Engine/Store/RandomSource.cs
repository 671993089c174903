namespace OrleansKv.Engine.Store;

/// <summary>
/// Numbers that look random, always the same from one seed: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014; public domain code by Vigna).
/// Not for secrets. Any thread, without a lock: each call takes its own step of the state.
/// </summary>
/// <param name="seed">Random a process; fixed in tests.</param>
public sealed class RandomSource(ulong seed)
{
    private const ulong Step = 0x9E37_79B9_7F4A_7C15; // 2^64 / golden ratio, odd: the state visits all 2^64 values

    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = Interlocked.Add(ref _state, Step);
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="bound"/> - 1. Unequal by at most bound / 2^64.</summary>
    public int Below(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)Math.BigMul(Next(), (ulong)bound, out _);
    }
}
