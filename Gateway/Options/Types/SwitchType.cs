namespace OrleansKv.Gateway.Options.Types;

/// <summary>On or off (<see cref="bool"/>). CONFIG knows yes and no alone, as Redis does.</summary>
public sealed class SwitchType(string on = "on", string off = "off") : ISettingType
{
    public string Placeholder => $"{on}|{off}";

    public string Allowed => $"{on} or {off}";

    public string Range => ""; // the placeholder says it

    public bool TryParse(string text, out object value)
    {
        bool? read = text.ToLowerInvariant() switch
        {
            "on" or "yes" or "true" or "1" => true,
            "off" or "no" or "false" or "0" => false,
            _ => null,
        };
        value = read ?? false;
        return read is not null;
    }

    public string Format(object value) => (bool)value ? on : off;

    public string? ParseConfig(string text, out object value)
    {
        bool yes = text.Equals("yes", StringComparison.OrdinalIgnoreCase);
        value = yes;
        return yes || text.Equals("no", StringComparison.OrdinalIgnoreCase) ? null : "argument must be 'yes' or 'no'";
    }

    public string FormatConfig(object value) => (bool)value ? "yes" : "no";
}
