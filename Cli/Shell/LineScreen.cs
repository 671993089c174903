using System.Text;

namespace OrleansKv.Cli.Shell;

/// <summary>
/// Draws prompt, line and hint over what was drawn before, over several rows where the line is long. It returns what to write, and knows no
/// terminal. Invariant: the terminal's cursor is <see cref="_row"/> rows below the prompt's first row.
/// </summary>
internal sealed class LineScreen
{
    private int _row;

    /// <summary>The next drawing begins on a row of its own.</summary>
    public void Forget() => _row = 0;

    /// <param name="prompt">Before the line; without escape sequences.</param>
    /// <param name="text">The line.</param>
    /// <param name="cursor">Where the cursor is in it.</param>
    /// <param name="hint">Shown behind the line in grey as far as there is room on its row.</param>
    /// <param name="width">Columns of the terminal.</param>
    public string Draw(string prompt, string text, int cursor, string hint, int width)
    {
        var output = new StringBuilder();
        ToFirstRow(output);
        var before = new CellLayout(width);
        before.Add(prompt);
        before.Add(text[..cursor]);
        before.LeaveFullRow();
        var all = new CellLayout(width);
        all.Add(prompt);
        all.Add(text);
        all.LeaveFullRow();
        output.Append(all.Shown);
        string shownHint = Fit(hint, width - all.Column - 1);
        if (shownHint.Length > 0) output.Append("\u001b[90m").Append(shownHint).Append("\u001b[0m");
        if (all.Row > before.Row) output.Append("\u001b[").Append(all.Row - before.Row).Append('A');
        output.Append('\r');
        if (before.Column > 0) output.Append("\u001b[").Append(before.Column).Append('C');
        _row = before.Row;
        return output.ToString();
    }

    /// <summary>Shows the line for the last time, without a hint, and leaves the cursor on the row below it.</summary>
    public string Finish(string prompt, string text, int width)
    {
        string output = Draw(prompt, text, text.Length, "", width);
        Forget();
        return output + "\r\n";
    }

    private void ToFirstRow(StringBuilder output)
    {
        if (_row > 0) output.Append("\u001b[").Append(_row).Append('A');
        output.Append("\r\u001b[J"); // to the first column; clear from there on
    }

    private static string Fit(string hint, int cells)
    {
        var fitting = new StringBuilder();
        foreach (Rune rune in hint.EnumerateRunes())
        {
            cells -= CellLayout.Cells(rune.ToString());
            if (cells < 0) break;
            fitting.Append(rune);
        }

        return fitting.ToString();
    }
}
