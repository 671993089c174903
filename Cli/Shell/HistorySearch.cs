namespace OrleansKv.Cli.Shell;

/// <summary>A search back through history (Ctrl-R): what is looked for, and the newest line that has it.</summary>
internal sealed class HistorySearch(History history, string original)
{
    private int _found = history.Lines.Count;

    /// <summary>The line before the search began; Escape brings it back.</summary>
    public string Original => original;

    public string Text { get; private set; } = "";

    public bool HasFailed { get; private set; }

    /// <summary>The line to show: what was found last, or the original.</summary>
    public string Line => _found < history.Lines.Count ? history.Lines[_found] : original;

    /// <summary>The position in history of the line to show; the count of lines while nothing was found.</summary>
    public int Position => _found;

    public void Type(char c)
    {
        Text += c;
        Find(_found + 1); // the line that is shown may have the longer text too
    }

    public void Erase()
    {
        if (Text.Length == 0) return;
        Text = Text[..^1];
        HasFailed = false;
        if (Text.Length == 0) _found = history.Lines.Count;
        else Find(history.Lines.Count);
    }

    public void Older()
    {
        if (Text.Length > 0) Find(_found);
    }

    private void Find(int before)
    {
        int line = history.Search(Text, before);
        HasFailed = line < 0;
        if (line >= 0) _found = line;
    }
}
