using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansKv.Cli.Protocol;
using Spectre.Console;

namespace OrleansKv.Cli.Output;

/// <summary>Replies as redis-cli shows them: with types for a terminal, raw for a pipe, or as JSON.</summary>
internal static class ReplyFormatter
{
    /// <summary>For a terminal, as Spectre markup.</summary>
    public static string Markup(RespValue value) => Pretty(value, "").TrimEnd('\n');

    /// <summary>For a pipe: the bytes themselves, one line an item.</summary>
    public static byte[] Raw(RespValue value)
    {
        var bytes = new List<byte>();
        AddRaw(value, bytes);
        if (bytes.Count == 0 || bytes[^1] != '\n') bytes.Add((byte)'\n');
        return [.. bytes];
    }

    public static string Json(RespValue value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) WriteJson(value, writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Pretty(RespValue value, string indent)
    {
        switch (value.Type)
        {
            case '+': return $"[green]{value.Text.EscapeMarkup()}[/]\n";
            case '-' or '!': return $"[red](error) {value.Text.EscapeMarkup()}[/]\n";
            case ':': return $"[blue](integer) {value.Text}[/]\n";
            case ',': return $"[blue](double) {value.Text}[/]\n";
            case '(': return $"[blue](big number) {value.Text}[/]\n";
            case '#': return $"[blue]({(value.Text == "t" ? "true" : "false")})[/]\n";
            case '_': return "[grey](nil)[/]\n";
            case '=': return value.Text[Math.Min(4, value.Text.Length)..].EscapeMarkup() + "\n";
            case '$': return Quote(value.Bytes).EscapeMarkup() + "\n";
        }

        if (value.Items.Count == 0) return value.Type switch { '%' => "[grey](empty hash)[/]\n", '~' => "[grey](empty set)[/]\n", _ => "[grey](empty array)[/]\n" };
        var text = new StringBuilder();
        int step = value.IsMap ? 2 : 1;
        int width = (value.Items.Count / step).ToString(CultureInfo.InvariantCulture).Length;
        char mark = value.Type switch { '%' => '#', '~' => '~', _ => ')' };
        for (int i = 0; i < value.Items.Count; i += step)
        {
            string number = ((i / step) + 1).ToString(CultureInfo.InvariantCulture).PadLeft(width) + mark + " ";
            if (i > 0) text.Append(indent);
            text.Append(CultureInfo.InvariantCulture, $"[grey]{number}[/]");
            string inner = indent + new string(' ', number.Length);
            if (value.IsMap) text.Append(Pretty(value.Items[i], inner).TrimEnd('\n')).Append(" => ").Append(Pretty(value.Items[i + 1], inner + "   "));
            else text.Append(Pretty(value.Items[i], inner));
        }

        return text.ToString();
    }

    /// <summary>A string in quotes with what cannot be printed as escapes.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("\"");
        foreach (byte b in bytes)
        {
            text.Append(b switch
            {
                (byte)'"' => "\\\"",
                (byte)'\\' => "\\\\",
                (byte)'\n' => "\\n",
                (byte)'\r' => "\\r",
                (byte)'\t' => "\\t",
                >= 0x20 and < 0x7F => ((char)b).ToString(),
                _ => $"\\x{b:x2}",
            });
        }

        return text.Append('"').ToString();
    }

    private static void AddRaw(RespValue value, List<byte> to)
    {
        if (value.Items.Count > 0)
        {
            foreach (RespValue item in value.Items)
            {
                AddRaw(item, to);
                if (to.Count == 0 || to[^1] != '\n') to.Add((byte)'\n');
            }

            return;
        }

        if (value.Type == '=') to.AddRange(value.Bytes.AsSpan(Math.Min(4, value.Bytes.Length)));
        else to.AddRange(value.Bytes);
        to.Add((byte)'\n');
    }

    private static void WriteJson(RespValue value, Utf8JsonWriter writer)
    {
        switch (value.Type)
        {
            case '_': writer.WriteNullValue(); break;
            case ':' or '(' or ',' when double.TryParse(value.Text, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number): writer.WriteRawValue(value.Text); break;
            case '#': writer.WriteBooleanValue(value.Text == "t"); break;
            case '-' or '!':
                writer.WriteStartObject();
                writer.WriteString("error", value.Text);
                writer.WriteEndObject();
                break;
            case '%':
                writer.WriteStartObject();
                for (int i = 0; i < value.Items.Count; i += 2)
                {
                    writer.WritePropertyName(value.Items[i].Text);
                    WriteJson(value.Items[i + 1], writer);
                }

                writer.WriteEndObject();
                break;
            case '*' or '~' or '>':
                writer.WriteStartArray();
                foreach (RespValue item in value.Items) WriteJson(item, writer);
                writer.WriteEndArray();
                break;
            case '=': writer.WriteStringValue(value.Text[Math.Min(4, value.Text.Length)..]); break;
            default: writer.WriteStringValue(value.Text); break;
        }
    }
}
