using System.Globalization;

namespace OrleansKv.Gateway.Options.Types;

/// <summary>A whole number (<see cref="long"/>) in a range.</summary>
public sealed class IntegerType(string placeholder, long min, long max) : ISettingType
{
    public string Placeholder => placeholder;

    public string Allowed => max == long.MaxValue ? $"an integer of at least {min}" : $"an integer from {min} to {max}";

    public string Range => max == long.MaxValue ? $"at least {min}" : $"{min} to {max}";

    public bool TryParse(string text, out object value)
    {
        bool ok = TryRead(text, out long number) && number >= min && number <= max;
        value = number;
        return ok;
    }

    public string Format(object value) => ((long)value).ToString(CultureInfo.InvariantCulture);

    public string? ParseConfig(string text, out object value)
    {
        bool read = TryRead(text, out long number);
        value = number;
        if (!read) return "argument couldn't be parsed into an integer";
        return number >= min && number <= max ? null : $"argument must be between {min} and {max} inclusive";
    }

    public string FormatConfig(object value) => Format(value);

    /// <summary>As Redis' string2ll: an optional minus, no leading zero, no plus, no blank.</summary>
    private static bool TryRead(string text, out long number)
    {
        number = 0;
        ReadOnlySpan<char> digits = text.StartsWith('-') ? text.AsSpan(1) : text;
        if (digits.Length == 0 || (digits[0] == '0' && text.Length > 1)) return false;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }
}
