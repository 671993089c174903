using System.Globalization;
using System.Text;

namespace OrleansKv.Cli.Output;

/// <summary>
/// Gathers text for a terminal, with colours (ECMA-48 SGR) or without. Control characters of a server are shown, not obeyed: a reply must
/// not drive the terminal. Replies go this way and not through Spectre.Console because that breaks lines at the terminal's width, and what
/// is copied from a terminal must be what the server said.
/// </summary>
internal sealed class Ink(bool colours)
{
    private const char Escape = '\u001b';
    private readonly StringBuilder _text = new();

    public Ink Add(Tone tone, string text)
    {
        string? code = colours ? Code(tone) : null;
        if (code is not null) _text.Append(Escape).Append('[').Append(code).Append('m');
        foreach (char c in text) AddVisible(c);
        if (code is not null) _text.Append(Escape).Append("[0m");
        return this;
    }

    public Ink Add(string text) => Add(Tone.Text, text);

    public Ink Line()
    {
        _text.Append('\n');
        return this;
    }

    public override string ToString() => _text.ToString();

    private void AddVisible(char c)
    {
        if (c == '\r') return; // INFO and other texts end their lines with CR LF
        if (c is '\n' or '\t' || !char.IsControl(c)) _text.Append(c);
        else _text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
    }

    private static string? Code(Tone tone) => tone switch
    {
        Tone.Status => "32", // green
        Tone.Error => "31", // red
        Tone.Number => "36", // cyan
        Tone.Muted => "90", // grey
        _ => null,
    };
}
