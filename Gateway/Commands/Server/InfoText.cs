using System.Globalization;
using System.Text;

namespace OrleansKv.Gateway.Commands.Server;

/// <summary>
/// Builds INFO's text: <c># Section</c>, then <c>name:value</c> lines, all ended by CRLF, an empty line between sections. One thread.
/// </summary>
internal sealed class InfoText
{
    private readonly StringBuilder _text = new();

    public void Section(string title)
    {
        if (_text.Length > 0) _text.Append("\r\n");
        _text.Append("# ").Append(title).Append("\r\n");
    }

    public void Line(string name, string value) => _text.Append(name).Append(':').Append(value).Append("\r\n");

    public void Line(string name, long value) => Line(name, value.ToString(CultureInfo.InvariantCulture));

    public void Line(string name, bool value) => Line(name, value ? "1" : "0");

    /// <summary>With so many decimals.</summary>
    public void Line(string name, double value, int decimals) => Line(name, value.ToString("F" + decimals, CultureInfo.InvariantCulture));

    /// <summary>The value, and <c>name_human</c> as Redis' bytesToHuman has it.</summary>
    public void Bytes(string name, long bytes)
    {
        Line(name, bytes);
        Line(name + "_human", Human(bytes));
    }

    public static string Human(long bytes) => bytes switch
    {
        < 1L << 10 => bytes.ToString(CultureInfo.InvariantCulture) + "B",
        < 1L << 20 => Scaled(bytes, 10, "K"),
        < 1L << 30 => Scaled(bytes, 20, "M"),
        < 1L << 40 => Scaled(bytes, 30, "G"),
        _ => Scaled(bytes, 40, "T"),
    };

    public override string ToString() => _text.ToString();

    private static string Scaled(long bytes, int shift, string unit) =>
        (bytes / (double)(1L << shift)).ToString("F2", CultureInfo.InvariantCulture) + unit;
}
