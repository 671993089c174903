namespace OrleansKv.Gateway.Options.Types;

/// <summary>
/// On or off (<see cref="bool"/>). CONFIG shows the flag's own words, and takes them or yes and no; for a name of Redis' those are the
/// same.
/// </summary>
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
        bool isOn = Is(on) || Is("yes");
        value = isOn;
        return isOn || Is(off) || Is("no") ? null : $"argument must be '{on}' or '{off}'";

        bool Is(string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
    }

    public string FormatConfig(object value) => Format(value);
}
