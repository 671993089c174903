using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Output;

/// <summary>
/// Replies as JSON, one line each. A string that is no UTF-8 becomes <c>{"base64":"..."}</c>, an error <c>{"error":"..."}</c>, a number
/// that JSON does not have (inf, nan) a string.
/// </summary>
internal static class JsonFormatter
{
    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    // Not for HTML: quotes and letters of all languages stay readable.
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Format(RespValue value) => Write(writer => Add(value, writer));

    /// <summary>One JSON value, in the same spelling, from whatever <paramref name="write"/> writes.</summary>
    public static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, _options)) write(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static void AddString(byte[] bytes, Utf8JsonWriter writer)
    {
        if (TryText(bytes) is { } text)
        {
            writer.WriteStringValue(text);
            return;
        }

        writer.WriteStartObject();
        writer.WriteBase64String("base64", bytes);
        writer.WriteEndObject();
    }

    private static void Add(RespValue value, Utf8JsonWriter writer)
    {
        switch (value.Type)
        {
            case '_': writer.WriteNullValue(); break;
            case ':' when long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer):
                writer.WriteNumberValue(integer);
                break;
            case ',' when double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case '(' when IsInteger(value.Text): writer.WriteRawValue(value.Text); break;
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
                    writer.WritePropertyName(Name(value.Items[i]));
                    Add(value.Items[i + 1], writer);
                }

                writer.WriteEndObject();
                break;
            case '*' or '~' or '>':
                writer.WriteStartArray();
                foreach (RespValue item in value.Items) Add(item, writer);
                writer.WriteEndArray();
                break;
            default: AddString(value.Bytes, writer); break;
        }
    }

    // JSON's own grammar for integers, of any length: "-"? ("0" | [1-9][0-9]*)
    private static bool IsInteger(string text)
    {
        ReadOnlySpan<char> digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9') && (digits[0] != '0' || digits.Length == 1);
    }

    // A name must be text: bytes that are none are spelt with escapes, a key that is an aggregate as its own JSON.
    private static string Name(RespValue key) => key.IsAggregate
        ? Format(key)
        : key.Type == '#' ? (key.Text == "t" ? "true" : "false")
        : TryText(key.Bytes) ?? ReplyFormatter.Quote(key.Bytes)[1..^1];

    private static string? TryText(byte[] bytes)
    {
        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
