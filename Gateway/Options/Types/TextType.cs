namespace OrleansKv.Gateway.Options.Types;

/// <summary>Any text. A control character is refused: it is a mistake of quoting, and would break the one-line messages.</summary>
public sealed class TextType(string placeholder, bool mayBeEmpty) : ISettingType
{
    public string Placeholder => placeholder;

    public string Allowed => (mayBeEmpty ? "any text" : "a text that is not empty") + " without control characters";

    public string Range => "";

    public bool TryParse(string text, out object value)
    {
        value = text;
        return (mayBeEmpty || text.Length > 0) && !text.Any(char.IsControl);
    }

    public string Format(object value) => (string)value;

    public string? ParseConfig(string text, out object value) => TryParse(text, out value) ? null : $"argument must be {Allowed}";

    public string FormatConfig(object value) => (string)value;
}
