using System.Globalization;

namespace OrleansKv.Gateway.Options.Types;

/// <summary>A probability (<see cref="double"/>), 0 to 1.</summary>
public sealed class FractionType : ISettingType
{
    public string Placeholder => "P";

    public string Allowed => "a number from 0 to 1";

    public string Range => "0 to 1";

    public bool TryParse(string text, out object value)
    {
        bool ok = double.TryParse(
            text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double number)
            && number is >= 0 and <= 1;
        value = number;
        return ok;
    }

    public string Format(object value) => ((double)value).ToString("R", CultureInfo.InvariantCulture);

    public string? ParseConfig(string text, out object value) =>
        TryParse(text, out value) ? null : "argument must be a number between 0 and 1";

    public string FormatConfig(object value) => Format(value);
}
