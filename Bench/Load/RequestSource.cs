using System.Runtime.CompilerServices;

namespace OrleansKv.Bench.Load;

/// <summary>
/// Which key comes next, and whether it is read or written. Random: each request independently is a GET with the read ratio; with a
/// hotspot H &gt; 0 it goes with probability 0.8 to a uniformly drawn one of the ceil(H * keys) lowest-numbered keys and else to a
/// uniformly drawn one of the others. Sequential (fill): SETs of the keys that <see cref="BeginRange"/> was given. No allocation after
/// construction; a random source depends on its seed alone. One worker's thread.
/// </summary>
internal sealed class RequestSource
{
    /// <summary>Of the requests, when a hotspot is set: the 80 in "80/20".</summary>
    public const double HotShare = 0.8;

    private readonly int[]? _numbers;
    private readonly ulong _keys;
    private readonly ulong _hotKeys;
    private readonly ulong _hotBelow;
    private readonly ulong _readBelow;
    private readonly bool _sequential;
    private ulong _state;
    private long _next;

    public RequestSource(LoadOptions options, int worker, bool sequential)
    {
        _sequential = sequential;
        _numbers = options.KeyNumbers;
        _keys = (ulong)options.Keys;
        _hotKeys = (ulong)Math.Ceiling(options.Hotspot * options.Keys);
        bool allAlike = _hotKeys == 0 || _hotKeys >= _keys;
        _hotBelow = allAlike ? 0 : (ulong)(HotShare * (1UL << 32));
        // 2^32 itself is a legal bound: then every draw of 32 bits is below it.
        _readBelow = (ulong)(options.EffectiveReadRatio * (1UL << 32));
        // A distance between the workers' starts; SplitMix64 makes independent streams of any two starts.
        _state = (ulong)options.Seed + ((ulong)(worker + 1) * 0x632BE59BD9B4E019);
    }

    /// <summary>The next keys of a sequential source start here.</summary>
    public void BeginRange(long firstKey) => _next = firstKey;

    /// <summary>The key and, in the return value, whether it is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next(out long key)
    {
        if (_sequential)
        {
            key = NumberOf(_next++);
            return false;
        }

        ulong choice = Draw();
        ulong place = Draw();
        if (_hotBelow == 0)
        {
            key = (long)Math.BigMul(place, _keys, out _);
        }
        else if ((uint)choice < _hotBelow)
        {
            key = (long)Math.BigMul(place, _hotKeys, out _);
        }
        else
        {
            key = (long)(_hotKeys + Math.BigMul(place, _keys - _hotKeys, out _));
        }

        key = NumberOf(key);
        return choice >> 32 < _readBelow;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long NumberOf(long place) => _numbers is null ? place : _numbers[place];

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014): 2 ns a draw, 64 good bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Draw()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
