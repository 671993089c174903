using System.Globalization;

namespace OrleansKv.Gateway.Options.Types;

/// <summary>
/// A number of bytes (<see cref="long"/>) with Redis' units: <c>k m g</c> are powers of 1000, <c>kb mb gb</c> of 1024; any case.
/// </summary>
public sealed class MemoryType(long min, long max, bool zeroIsUnlimited = false) : ISettingType
{
    private static readonly (string Unit, long Factor)[] Units =
        [("gb", 1L << 30), ("mb", 1L << 20), ("kb", 1L << 10), ("g", 1_000_000_000), ("m", 1_000_000), ("k", 1000), ("b", 1)];

    public string Placeholder => "BYTES";

    public string Allowed
    {
        get
        {
            string range = max == long.MaxValue ? $"of at least {Format(min)}" : $"from {Format(min)} to {Format(max)}";
            return (min == 0 && max == long.MaxValue ? "bytes" : "bytes " + range)
                + ", with k, m, g (1000) or kb, mb, gb (1024)" + (zeroIsUnlimited ? "; 0 is unlimited" : "");
        }
    }

    public string Range => zeroIsUnlimited ? "0 is unlimited" : $"{Format(min)} to {Format(max)}";

    public bool TryParse(string text, out object value)
    {
        bool ok = TryRead(text, out long bytes) && bytes >= min && bytes <= max;
        value = bytes;
        return ok;
    }

    /// <summary>In the largest unit that divides it.</summary>
    public string Format(object value)
    {
        long bytes = (long)value;
        if (bytes == 0) return "0";
        foreach ((string unit, long factor) in Units.AsSpan(0, 3))
        {
            if (bytes % factor == 0) return (bytes / factor).ToString(CultureInfo.InvariantCulture) + unit;
        }

        return bytes.ToString(CultureInfo.InvariantCulture);
    }

    public string? ParseConfig(string text, out object value)
    {
        long bytes = 0;
        bool read = text.Length == 0 || TryRead(text, out bytes); // Redis reads "" as 0
        value = bytes;
        if (!read) return "argument must be a memory value";
        return bytes >= min && bytes <= max ? null : $"argument must be between {min} and {max} inclusive";
    }

    public string FormatConfig(object value) => ((long)value).ToString(CultureInfo.InvariantCulture);

    /// <summary>memory = 1*DIGIT [unit]. One that does not fit 63 bits is refused, where Redis wraps around.</summary>
    private static bool TryRead(string text, out long bytes)
    {
        bytes = 0;
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        if (digits == 0 || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            return false;
        ReadOnlySpan<char> suffix = text.AsSpan(digits);
        if (suffix.Length == 0)
        {
            bytes = number;
            return true;
        }

        foreach ((string unit, long factor) in Units)
        {
            if (!suffix.Equals(unit, StringComparison.OrdinalIgnoreCase)) continue;
            if (number > long.MaxValue / factor) return false;
            bytes = number * factor;
            return true;
        }

        return false;
    }
}
