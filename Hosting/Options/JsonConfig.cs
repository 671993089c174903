using System.Text.Json;
using OrleansKv.Gateway.Options;

namespace OrleansKv.Hosting.Options;

/// <summary>
/// The JSON file: one object whose keys are the flags' names. Comments and a comma too many are allowed; a key that is unknown or
/// there twice is not. <c>bind</c> may be an array; <c>$schema</c> is left alone.
/// </summary>
internal static class JsonConfig
{
    /// <summary>Such a file has some dozen lines; more than this is another file.</summary>
    private const int MaxChars = 1 << 20;

    /// <summary>Puts the file's values; null, or the one line that refuses it.</summary>
    public static string? Read(string file, string from, Func<string, string> readFile, ref SettingValues values)
    {
        string text;
        try
        {
            text = readFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string why = e is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file"
                : Directory.Exists(file) ? "it is a folder"
                : e is UnauthorizedAccessException ? "no permission to read it"
                : e.Message;
            return $"{from}: cannot read {OptionParser.Printable(file)}: {why}";
        }

        if (text.Length > MaxChars) return $"file {file}: larger than 1 MB: this is no configuration";
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, JsonConfigWriter.Lenient);
            return ReadObject(file, document.RootElement, ref values);
        }
        catch (JsonException e)
        {
            return $"file {file}, line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: not valid JSON";
        }
    }

    private static string? ReadObject(string file, JsonElement root, ref SettingValues values)
    {
        if (root.ValueKind != JsonValueKind.Object) return $"file {file}, $: must be an object of settings, like {{\"port\": 9090}}";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            string name = property.Name;
            if (name == "$schema") continue;
            string path = Path(name);
            int index = values.Table.IndexOf(name);
            if (index < 0)
                return $"file {file}, {path}: unknown setting{Suggestion.ForSetting(name.Replace('_', '-'), values.Table, [], "")}";
            if (!seen.Add(name)) return $"file {file}, {path}: set twice";
            if (Text(property.Value, name == "bind") is not { } text)
                return $"file {file}, {path}: {Kind(property.Value)} is not allowed; it takes {values.Table.All[index].Type.Allowed}";
            if (OptionParser.Put(ref values, index, text, OptionSource.JsonFile(file, path)) is { } error) return error;
        }

        return null;
    }

    /// <summary>The value as a flag would be given it; null for what no flag can be.</summary>
    private static string? Text(JsonElement value, bool mayBeArray) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array when mayBeArray && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String) =>
            string.Join(',', value.EnumerateArray().Select(e => e.GetString())),
        _ => null,
    };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        _ => "such an array",
    };

    private static string Path(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? "$." + name
            : $"$['{OptionParser.Printable(name)}']";
}
