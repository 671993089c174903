using System.Globalization;
using System.Text;

namespace OrleansKv.Engine.Commands.Counters;

/// <summary>
/// A number of INCRBYFLOAT. Redis adds in the x87's 64-bit mantissa and prints <c>%.17Lf</c> without trailing zeros. Here numbers of up to
/// 28 digits are added exactly in decimal and rounded to 17 places, which prints what Redis prints wherever its mantissa suffices
/// (and the exact sum where Redis shows the rounding of a binary fraction in the 18th digit and beyond); larger ones are added as doubles.
/// </summary>
internal readonly record struct FloatText(double Value, decimal? Exact)
{
    /// <summary>Longest text taken, bytes: Redis' MAX_LONG_DOUBLE_CHARS.</summary>
    private const int MaxBytes = 5 * 1024;

    public static bool TryParse(ReadOnlySpan<byte> bytes, out FloatText number)
    {
        number = default;
        if (bytes.IsEmpty || bytes.Length >= MaxBytes || bytes[0] is (byte)' ' or (byte)'\t' or (byte)'\n' || bytes[^1] is (byte)' ' or 0) return false;
        string text = Encoding.Latin1.GetString(bytes);
        if (text.TrimStart('+', '-').ToLowerInvariant() is "inf" or "infinity")
        {
            number = new FloatText(text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity, null);
            return true;
        }

        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(text, Style, CultureInfo.InvariantCulture, out double value) || double.IsNaN(value)) return false;
        if (double.IsInfinity(value)) return false; // out of range
        decimal? exact = Math.Abs(value) < 1e10 && decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out decimal d) ? d : null;
        number = new FloatText(value, exact);
        return true;
    }

    /// <summary>False when the sum is no number.</summary>
    public static bool TryAdd(FloatText a, FloatText b, out string text)
    {
        text = "";
        if (a.Exact is { } x && b.Exact is { } y)
        {
            text = Trim(Math.Round(x + y, 17, MidpointRounding.ToEven).ToString("F17", CultureInfo.InvariantCulture));
            return true;
        }

        double sum = a.Value + b.Value;
        if (double.IsNaN(sum) || double.IsInfinity(sum)) return false;
        text = Trim(sum.ToString("F17", CultureInfo.InvariantCulture));
        return true;
    }

    private static string Trim(string text)
    {
        text = text.TrimEnd('0').TrimEnd('.');
        return text is "-0" or "" ? "0" : text;
    }
}
