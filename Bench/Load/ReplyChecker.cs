using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Load;

/// <summary>
/// Matches a reply with the request that it answers. Every byte of a reply is accounted for; what is no possible answer ends the run,
/// because nothing that follows it can be trusted. The usual replies take the short way, without the general scanner. One worker's
/// thread.
/// </summary>
internal sealed class ReplyChecker(RequestEncoder encoder)
{
    /// <summary>Texts of errors kept for the report: the first few different ones say what is wrong.</summary>
    private const int MaxSamples = 5;
    private const int OkSize = 5;

    private readonly byte[] _hitHead = encoder.HitHead;

    private readonly List<byte[]> _errorBodies = [];

    /// <summary>The first different error texts, without the leading '-'.</summary>
    public IEnumerable<string> ErrorSamples => _errorBodies.Select(b => Show(b));

    /// <summary>One line about the first wrong value.</summary>
    public string? WrongValueSample { get; private set; }

    /// <summary>The size of the reply at the start of <paramref name="data"/>, 0 if it is not all there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Check(ReadOnlySpan<byte> data, long key, bool read, out ReplyOutcome outcome)
    {
        if (!read)
        {
            if (data.Length >= OkSize && BinaryPrimitives.ReadUInt32LittleEndian(data) == 0x0D4B4F2B && data[4] == '\n')
            {
                outcome = ReplyOutcome.Stored;
                return OkSize;
            }
        }
        else
        {
            int end = _hitHead.Length + encoder.ValueSize;
            if (data.Length >= end + 2 && data.StartsWith(_hitHead) && data[end] == '\r' && data[end + 1] == '\n'
                && encoder.IsValueOf(key, data.Slice(_hitHead.Length, encoder.ValueSize)))
            {
                outcome = ReplyOutcome.Hit;
                return end + 2;
            }
        }

        return CheckUnusual(data, key, read, out outcome);
    }

    private int CheckUnusual(ReadOnlySpan<byte> data, long key, bool read, out ReplyOutcome outcome)
    {
        ReplyKind kind = ReplyScanner.Scan(data, out int used, out ReadOnlySpan<byte> body);
        outcome = kind switch
        {
            ReplyKind.Error => read ? ReplyOutcome.GetError : ReplyOutcome.SetError,
            ReplyKind.Null when read => ReplyOutcome.Miss,
            ReplyKind.Bulk when read => ReplyOutcome.WrongValue,
            ReplyKind.Incomplete => default,
            _ => throw new BenchException($"A reply that no {(read ? "GET" : "SET")} can have: {Show(data)}."),
        };
        if (outcome is ReplyOutcome.GetError or ReplyOutcome.SetError)
        {
            SampleError(body);
        }
        else if (outcome == ReplyOutcome.WrongValue && WrongValueSample is null)
        {
            WrongValueSample = $"GET {Show(encoder.KeyOf(key))} brought {body.Length} bytes that this run would not have written: "
                + $"{Show(body)}";
        }

        return used;
    }

    // Compared as bytes, so that a run of nothing but errors formats none of them after the first few.
    private void SampleError(ReadOnlySpan<byte> body)
    {
        if (_errorBodies.Count == MaxSamples) return;
        foreach (byte[] known in _errorBodies)
        {
            if (body.SequenceEqual(known)) return;
        }

        _errorBodies.Add(body.ToArray());
    }

    private static string Show(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 120)]);
        return string.Concat(text.Select(c => char.IsControl(c) ? '.' : c)) + (bytes.Length > 120 ? "..." : "");
    }
}
