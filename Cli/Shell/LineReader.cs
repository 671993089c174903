using OrleansKv.Cli.Docs;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Shell;

/// <summary>Reads one whole input from a terminal: a line, and more of them while a quote is open. One thread.</summary>
internal sealed class LineReader(ITerminal terminal, History history, CommandCatalog catalog)
{
    private const string MorePrompt = "... ";
    private readonly LineScreen _screen = new();

    /// <summary>Null to leave (Ctrl-D); empty when the line was dropped (Ctrl-C).</summary>
    public string? Read(string prompt)
    {
        string whole = "";
        while (true)
        {
            var editor = new LineEditor(history, text => Completion.For(catalog, text));
            LineResult result = ReadLine(editor, whole.Length == 0 ? prompt : MorePrompt, hasHint: whole.Length == 0);
            if (result == LineResult.Left) return whole.Length == 0 ? null : "";
            if (result == LineResult.Cancelled) return "";
            whole += editor.Text;
            if (Words.Split(whole, out bool open) is not null || !open) return whole;
            whole += "\n";
        }
    }

    private LineResult ReadLine(LineEditor editor, string prompt, bool hasHint)
    {
        _screen.Forget();
        while (true)
        {
            if (!terminal.HasKey) Draw(editor, prompt, hasHint);
            LineResult result = editor.Key(terminal.ReadKey());
            switch (result)
            {
                case LineResult.Done:
                    terminal.Write(_screen.Finish(prompt, editor.Text, terminal.Width));
                    return result;
                case LineResult.Left or LineResult.Cancelled:
                    terminal.Write(result == LineResult.Cancelled ? "^C\u001b[J\r\n" : "\u001b[J\r\n"); // the hint goes
                    return result;
            }

            if (editor.WantsClear)
            {
                terminal.Write("\u001b[H\u001b[2J");
                _screen.Forget();
            }
            else if (editor.Choices.Count > 0)
            {
                terminal.Write(_screen.Finish(prompt, editor.Text, terminal.Width) + Columns(editor.Choices, terminal.Width));
            }
        }
    }

    private void Draw(LineEditor editor, string prompt, bool hasHint)
    {
        string hint = hasHint && editor.Search is null && terminal.HasColours
            && editor.Cursor == editor.Text.Length ? Hint.For(catalog, editor.Text) : "";
        string shown = editor.Search is { } search ? $"({(search.HasFailed ? "not found" : "search")} '{search.Text}') " : prompt;
        terminal.Write(_screen.Draw(shown, editor.Text, editor.Cursor, hint, terminal.Width));
    }

    /// <summary>Words in columns, as ls writes them.</summary>
    private static string Columns(IReadOnlyList<string> words, int width)
    {
        int cell = words.Max(w => w.Length) + 2;
        int columns = Math.Max(1, width / cell);
        int rows = (words.Count + columns - 1) / columns;
        return string.Concat(Enumerable.Range(0, rows).Select(row =>
            string.Concat(Enumerable.Range(0, columns).Select(c => (c * rows) + row).Where(i => i < words.Count)
                .Select(i => words[i].PadRight(cell))).TrimEnd() + "\r\n"));
    }
}
