namespace OrleansKv.Cli.Shell;

/// <summary>
/// The state of a line that is being typed: keys in, text and cursor out. It knows no console, so that tests feed it keys.
/// Keys, as readline has them: arrows, Home/End, Ctrl-A/E/B/F/P/N, Alt-B/F and Ctrl-arrows (by words), Backspace, Delete, Ctrl-K/U/W/T,
/// Alt-D, Ctrl-L (clear the screen), Ctrl-R (search back), Tab (completion), Ctrl-C (drop the line), Ctrl-D (leave).
/// </summary>
/// <param name="history">The lines that the up arrow brings back.</param>
/// <param name="complete">Whole words that the last word of a line could become.</param>
internal sealed class LineEditor(History history, Func<string, IReadOnlyList<string>> complete)
{
    private readonly LineBuffer _buffer = new();
    private string _kept = ""; // the line that was being typed when history was entered
    private int _historyAt = history.Lines.Count;

    public string Text => _buffer.Text;

    public int Cursor => _buffer.Cursor;

    public bool WantsClear { get; private set; }

    /// <summary>The search that is under way; null when none is.</summary>
    public HistorySearch? Search { get; private set; }

    /// <summary>Completions to show below the line after a Tab with several.</summary>
    public IReadOnlyList<string> Choices { get; private set; } = [];

    public LineResult Key(ConsoleKeyInfo key)
    {
        Choices = [];
        WantsClear = false;
        bool control = (key.Modifiers & ConsoleModifiers.Control) != 0;
        if (Search is not null && SearchKey(key, control)) return LineResult.Editing;
        if (key.Key == ConsoleKey.Enter || key.KeyChar is '\r' or '\n') return LineResult.Done;
        if (control) return ControlKey(key.Key);
        if ((key.Modifiers & ConsoleModifiers.Alt) != 0 && AltKey(key.Key)) return LineResult.Editing;
        switch (key.Key)
        {
            case ConsoleKey.Home: _buffer.MoveTo(0); break;
            case ConsoleKey.End: _buffer.MoveToEnd(); break;
            case ConsoleKey.LeftArrow: _buffer.Back(); break;
            case ConsoleKey.RightArrow: _buffer.Forward(); break;
            case ConsoleKey.UpArrow: Walk(-1); break;
            case ConsoleKey.DownArrow: Walk(1); break;
            case ConsoleKey.Backspace: _buffer.DeleteBefore(); break;
            case ConsoleKey.Delete: _buffer.DeleteAt(); break;
            case ConsoleKey.Tab: Complete(); break;
            default:
                if (!char.IsControl(key.KeyChar)) _buffer.Insert(key.KeyChar.ToString());
                break;
        }

        return LineResult.Editing;
    }

    private LineResult ControlKey(ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.C:
                _buffer.Set("");
                _historyAt = history.Lines.Count;
                return LineResult.Cancelled;
            case ConsoleKey.D when Text.Length == 0: return LineResult.Left;
            case ConsoleKey.D: _buffer.DeleteAt(); break;
            case ConsoleKey.A: _buffer.MoveTo(0); break;
            case ConsoleKey.E: _buffer.MoveToEnd(); break;
            case ConsoleKey.B: _buffer.Back(); break;
            case ConsoleKey.F: _buffer.Forward(); break;
            case ConsoleKey.LeftArrow: _buffer.WordBack(); break;
            case ConsoleKey.RightArrow: _buffer.WordForward(); break;
            case ConsoleKey.P: Walk(-1); break;
            case ConsoleKey.N: Walk(1); break;
            case ConsoleKey.H or ConsoleKey.Backspace: _buffer.DeleteBefore(); break;
            case ConsoleKey.K: _buffer.DeleteToEnd(); break;
            case ConsoleKey.U: _buffer.DeleteToStart(); break;
            case ConsoleKey.W: _buffer.DeleteWordBefore(); break;
            case ConsoleKey.T: _buffer.Transpose(); break;
            case ConsoleKey.L: WantsClear = true; break;
            case ConsoleKey.R: Search = new HistorySearch(history, Text); break;
        }

        return LineResult.Editing;
    }

    private bool AltKey(ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.B: _buffer.WordBack(); return true;
            case ConsoleKey.F: _buffer.WordForward(); return true;
            case ConsoleKey.D: _buffer.DeleteWordAfter(); return true;
            default: return false;
        }
    }

    // True when the key belonged to the search; other keys accept what was found and then do what they always do.
    private bool SearchKey(ConsoleKeyInfo key, bool control)
    {
        HistorySearch search = Search!;
        if (control && key.Key == ConsoleKey.R) search.Older();
        else if (key.Key == ConsoleKey.Backspace || (control && key.Key == ConsoleKey.H)) search.Erase();
        else if (key.Key == ConsoleKey.Escape || (control && key.Key == ConsoleKey.G))
        {
            Search = null;
            _buffer.Set(search.Original);
            return true;
        }
        else if (!control && !char.IsControl(key.KeyChar)) search.Type(key.KeyChar);
        else
        {
            Search = null;
            _historyAt = search.Position;
            return false;
        }

        _buffer.Set(search.Line);
        return true;
    }

    private void Walk(int step)
    {
        int next = _historyAt + step;
        if (next < 0 || next > history.Lines.Count) return;
        if (_historyAt == history.Lines.Count) _kept = Text;
        _historyAt = next;
        _buffer.Set(next == history.Lines.Count ? _kept : history.Lines[next]);
    }

    private void Complete()
    {
        if (!_buffer.IsAtEnd) return;
        IReadOnlyList<string> found = complete(Text);
        if (found.Count == 0) return;
        int start = Text.LastIndexOf(' ') + 1;
        string common = found.Aggregate(Common);
        if (common.Length > Text.Length - start) _buffer.Set(Text[..start] + common);
        if (found.Count == 1) _buffer.Set(Text[..start] + found[0] + " ");
        else Choices = found;
    }

    private static string Common(string left, string right)
    {
        int length = 0;
        while (length < Math.Min(left.Length, right.Length) && left[length] == right[length]) length++;
        return left[..length];
    }
}
