using System.Text;

namespace OrleansKv.Gateway.Metrics;

/// <summary>
/// Error replies by their first word (ERR, WRONGTYPE, ...), as INFO errorstats lists them. A lock: errors are rare. Any thread.
/// </summary>
public sealed class ErrorCounters
{
    /// <summary>Redis' own bound: words beyond it are a client's invention and are counted together.</summary>
    private const int MaxWords = 128;

    /// <summary>Longest word kept, bytes; Redis has none over 20.</summary>
    private const int MaxWordBytes = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private long _total;

    /// <summary>All error replies.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <param name="error">The reply without its <c>-</c>: <c>ERR unknown command ...</c>.</param>
    public void Count(ReadOnlySpan<byte> error)
    {
        Interlocked.Increment(ref _total);
        int end = error.IndexOfAny(" \r\n"u8);
        ReadOnlySpan<byte> first = end < 0 ? error : error[..end];
        Span<char> word = stackalloc char[MaxWordBytes];
        int length = Encoding.Latin1.GetChars(first[..Math.Min(first.Length, MaxWordBytes)], word);
        lock (_gate)
        {
            Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> counts = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
            ReadOnlySpan<char> key = word[..length];
            if (_counts.Count >= MaxWords && !counts.ContainsKey(key)) key = "OTHER";
            counts.TryGetValue(key, out long count);
            counts[key] = count + 1;
        }
    }

    public IReadOnlyList<KeyValuePair<string, long>> Read()
    {
        lock (_gate) return [.. _counts.OrderBy(c => c.Key, StringComparer.Ordinal)];
    }

    public void Reset()
    {
        lock (_gate)
        {
            _counts.Clear();
            Interlocked.Exchange(ref _total, 0);
        }
    }
}
