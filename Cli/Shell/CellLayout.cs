using System.Text;
using Spectre.Console.Rendering;

namespace OrleansKv.Cli.Shell;

/// <summary>
/// Where text comes to stand on a terminal that breaks lines at its width: a cell at a time, two for wide characters. Control characters,
/// which a line from history may have, are shown as one sign.
/// </summary>
internal sealed class CellLayout(int width)
{
    private readonly StringBuilder _shown = new();

    public int Row { get; private set; }

    public int Column { get; private set; }

    /// <summary>What to write for all that was added.</summary>
    public string Shown => _shown.ToString();

    public void Add(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            string shown = Rune.IsControl(rune) ? rune.Value == '\n' ? "↵" : "·" : rune.ToString();
            Step(Cells(shown));
            _shown.Append(shown);
        }
    }

    /// <summary>
    /// A terminal whose row is just full leaves its cursor on it; this takes it to the next one, as the next character would.
    /// </summary>
    public void LeaveFullRow()
    {
        if (Column < width) return;
        Row++;
        Column = 0;
        _shown.Append("\r\n");
    }

    public static int Cells(string text) => text is [>= ' ' and < '\u007f'] ? 1 : new Segment(text).CellCount();

    private void Step(int cells)
    {
        if (Column + cells > width)
        {
            Row++;
            Column = 0;
        }

        Column += cells;
    }
}
