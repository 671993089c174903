namespace OrleansKv.Cli.Shell;

/// <summary>
/// The state of a line that is being typed: keys in, text and cursor out. It knows no console, so that tests feed it keys.
/// Keys: arrows, Home/End or Ctrl-A/E, Ctrl-K/U/W, Ctrl-L, Ctrl-R (search back), Tab (completion), Ctrl-C (drop the line), Ctrl-D (leave).
/// </summary>
internal sealed class LineEditor(History history, Func<string, IReadOnlyList<string>> complete)
{
    private string _kept = ""; // the line that was being typed when history was entered
    private int _historyAt = history.Lines.Count;
    private string? _search;

    public string Text { get; private set; } = "";

    public int Cursor { get; private set; }

    public bool WantsClear { get; private set; }

    /// <summary>What is shown before the line while history is searched; null otherwise.</summary>
    public string? SearchText => _search;

    /// <summary>Completions to show below the line after a Tab with several.</summary>
    public IReadOnlyList<string> Choices { get; private set; } = [];

    public LineResult Key(ConsoleKeyInfo key)
    {
        Choices = [];
        WantsClear = false;
        bool control = (key.Modifiers & ConsoleModifiers.Control) != 0;
        if (_search is not null && SearchKey(key, control)) return LineResult.Editing;
        switch (key.Key)
        {
            case ConsoleKey.Enter: return LineResult.Done;
            case ConsoleKey.C when control:
                Set("");
                return LineResult.Cancelled;
            case ConsoleKey.D when control && Text.Length == 0: return LineResult.Left;
            case ConsoleKey.D when control: Remove(Cursor, 1); break;
            case ConsoleKey.A when control: Cursor = 0; break;
            case ConsoleKey.E when control: Cursor = Text.Length; break;
            case ConsoleKey.K when control: Text = Text[..Cursor]; break;
            case ConsoleKey.U when control:
                Text = Text[Cursor..];
                Cursor = 0;
                break;
            case ConsoleKey.W when control: RemoveWord(); break;
            case ConsoleKey.L when control: WantsClear = true; break;
            case ConsoleKey.R when control: _search = ""; break;
            case ConsoleKey.Home: Cursor = 0; break;
            case ConsoleKey.End: Cursor = Text.Length; break;
            case ConsoleKey.LeftArrow: Cursor = Math.Max(0, Cursor - 1); break;
            case ConsoleKey.RightArrow: Cursor = Math.Min(Text.Length, Cursor + 1); break;
            case ConsoleKey.UpArrow: Walk(-1); break;
            case ConsoleKey.DownArrow: Walk(1); break;
            case ConsoleKey.Backspace when Cursor > 0:
                Cursor--;
                Remove(Cursor, 1);
                break;
            case ConsoleKey.Delete: Remove(Cursor, 1); break;
            case ConsoleKey.Tab: Complete(); break;
            default:
                if (!char.IsControl(key.KeyChar))
                {
                    Text = Text.Insert(Cursor, key.KeyChar.ToString());
                    Cursor++;
                }

                break;
        }

        return LineResult.Editing;
    }

    // True when the key belonged to the search.
    private bool SearchKey(ConsoleKeyInfo key, bool control)
    {
        if (control && key.Key == ConsoleKey.R)
        {
            Show(history.Search(_search!, _historyAt));
            return true;
        }

        if (key.Key == ConsoleKey.Backspace && _search!.Length > 0) _search = _search[..^1];
        else if (!char.IsControl(key.KeyChar)) _search += key.KeyChar;
        else
        {
            _search = null;
            return key.Key == ConsoleKey.Escape;
        }

        Show(history.Search(_search!, history.Lines.Count));
        return true;
    }

    private void Show(int line)
    {
        if (line < 0) return;
        _historyAt = line;
        Set(history.Lines[line]);
    }

    private void Walk(int step)
    {
        int next = _historyAt + step;
        if (next < 0 || next > history.Lines.Count) return;
        if (_historyAt == history.Lines.Count) _kept = Text;
        _historyAt = next;
        Set(next == history.Lines.Count ? _kept : history.Lines[next]);
    }

    private void Complete()
    {
        if (Cursor != Text.Length || Text.Contains(' ', StringComparison.Ordinal)) return;
        IReadOnlyList<string> found = complete(Text);
        if (found.Count == 1) Set(found[0] + " ");
        else if (found.Count > 1)
        {
            string common = found[0];
            foreach (string one in found)
            {
                int length = 0;
                while (length < Math.Min(common.Length, one.Length) && char.ToUpperInvariant(common[length]) == char.ToUpperInvariant(one[length])) length++;
                common = common[..length];
            }

            if (common.Length > Text.Length) Set(common);
            Choices = found;
        }
    }

    private void RemoveWord()
    {
        int start = Cursor;
        while (start > 0 && Text[start - 1] == ' ') start--;
        while (start > 0 && Text[start - 1] != ' ') start--;
        Remove(start, Cursor - start);
        Cursor = start;
    }

    private void Remove(int at, int count)
    {
        if (at < Text.Length) Text = Text.Remove(at, Math.Min(count, Text.Length - at));
    }

    private void Set(string text)
    {
        Text = text;
        Cursor = text.Length;
    }
}
