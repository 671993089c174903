namespace OrleansKv.Engine.Commands.Text;

/// <summary>
/// Expands LZF (Marc Lehmann's liblzf, which Redis compresses long strings with). Literal runs of 1 to 32 bytes and copies of 3 to 264.
/// </summary>
internal static class Lzf
{
    /// <summary>Most bytes out for a byte in: a copy of 264 bytes takes 3.</summary>
    public const long MaxRatio = 264 / 3;

    /// <summary>False when the input is not exactly the compressed form of so many bytes.</summary>
    public static bool TryExpand(ReadOnlySpan<byte> from, Span<byte> to)
    {
        int at = 0, written = 0;
        while (at < from.Length)
        {
            int control = from[at++];
            if (control < 32)
            {
                int run = control + 1;
                if (from.Length - at < run || to.Length - written < run) return false;
                from.Slice(at, run).CopyTo(to[written..]);
                at += run;
                written += run;
                continue;
            }

            int length = control >> 5;
            if (length == 7)
            {
                if (at == from.Length) return false;
                length += from[at++];
            }

            if (at == from.Length) return false;
            int back = written - ((control & 0x1F) << 8) - from[at++] - 1;
            length += 2;
            if (back < 0 || to.Length - written < length) return false;
            for (int i = 0; i < length; i++) to[written++] = to[back + i]; // it may overlap itself: byte by byte
        }

        return written == to.Length;
    }
}
