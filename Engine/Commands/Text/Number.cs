using System.Buffers.Text;

namespace OrleansKv.Engine.Commands.Text;

/// <summary>Numbers as Redis reads them: the whole text, no blanks, no leading zeros or plus sign (string2ll).</summary>
public static class Number
{
    public static bool TryInteger(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.Length is 0 or > 20) return false;
        ReadOnlySpan<byte> digits = text[0] == (byte)'-' ? text[1..] : text;
        if (digits.IsEmpty || digits[0] is < (byte)'0' or > (byte)'9') return false;
        if (digits[0] == (byte)'0' && text.Length > 1) return false; // 0 alone: neither 00 nor -0
        return Utf8Parser.TryParse(text, out value, out int used) && used == text.Length;
    }
}
