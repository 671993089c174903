using System.Globalization;
using System.Text;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Output;

/// <summary>Replies with their types, as redis-cli 7 shows them on a terminal; without colours byte for byte the same.</summary>
internal static class ReplyFormatter
{
    public static string Format(RespValue value, bool colours)
    {
        var ink = new Ink(colours);
        Add(value, "", ink);
        return ink.ToString();
    }

    /// <summary>A string in quotes with what cannot be printed as escapes (sdscatrepr).</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length + 2).Append('"');
        foreach (byte b in bytes)
        {
            _ = b switch
            {
                (byte)'"' => text.Append("\\\""),
                (byte)'\\' => text.Append("\\\\"),
                (byte)'\n' => text.Append("\\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\a' => text.Append("\\a"),
                (byte)'\b' => text.Append("\\b"),
                >= 0x20 and < 0x7F => text.Append((char)b),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}"),
            };
        }

        return text.Append('"').ToString();
    }

    // Ends with a line feed. The first line has its indent already.
    private static void Add(RespValue value, string indent, Ink ink)
    {
        switch (value.Type)
        {
            case '+': ink.Add(Tone.Status, value.Text); break;
            case '-' or '!': ink.Add(Tone.Error, "(error) " + value.Text); break;
            case ':': ink.Add(Tone.Number, "(integer) " + value.Text); break;
            case ',': ink.Add(Tone.Number, "(double) " + value.Text); break;
            case '(': ink.Add(Tone.Number, "(big number) " + value.Text); break;
            case '#': ink.Add(Tone.Number, value.Text == "t" ? "(true)" : "(false)"); break;
            case '_': ink.Add(Tone.Muted, "(nil)"); break;
            case '=': ink.Add(value.Text); break;
            case '$': ink.Add(Quote(value.Bytes)); break;
            case var aggregate when value.Items.Count == 0:
                ink.Add(Tone.Muted, aggregate switch { '%' => "(empty hash)", '~' => "(empty set)", '>' => "(empty push)",
                    _ => "(empty array)" });
                break;
            default:
                AddItems(value, indent, ink);
                return;
        }

        ink.Line();
    }

    private static void AddItems(RespValue value, string indent, Ink ink)
    {
        int step = value.IsMap ? 2 : 1;
        int width = (value.Items.Count / step).ToString(CultureInfo.InvariantCulture).Length;
        string mark = value.Type switch { '%' => "# ", '~' => "~ ", _ => ") " };
        string inner = indent + new string(' ', width + mark.Length);
        for (int i = 0; i < value.Items.Count; i += step)
        {
            if (i > 0) ink.Add(indent);
            ink.Add(Tone.Muted, ((i / step) + 1).ToString(CultureInfo.InvariantCulture).PadLeft(width) + mark);
            if (value.IsMap) AddPair(value.Items[i], value.Items[i + 1], inner, ink);
            else Add(value.Items[i], inner, ink);
        }
    }

    private static void AddPair(RespValue key, RespValue value, string indent, Ink ink)
    {
        var keyInk = new Ink(colours: false); // a key is nearly always a string, which has no colour
        Add(key, indent, keyInk);
        ink.Add(keyInk.ToString().TrimEnd('\n')).Add(" => ");
        if (value.IsAggregate && value.Items.Count > (value.IsMap ? 2 : 1)) ink.Line().Add(indent);
        Add(value, indent, ink);
    }
}
