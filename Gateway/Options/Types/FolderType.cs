namespace OrleansKv.Gateway.Options.Types;

/// <summary>Path of a folder; CONFIG shows it whole, as Redis shows its working folder.</summary>
public sealed class FolderType : ISettingType
{
    public string Placeholder => "FOLDER";

    public string Allowed => "the path of a folder";

    public string Range => "";

    public bool TryParse(string text, out object value)
    {
        value = text;
        return text.Length > 0 && !text.Any(char.IsControl);
    }

    public string Format(object value) => (string)value;

    public string? ParseConfig(string text, out object value) => TryParse(text, out value) ? null : "argument must be the path of a folder";

    public string FormatConfig(object value) => Path.GetFullPath((string)value);
}
