namespace OrleansKv.Cli.Shell;

/// <summary>
/// A line and the cursor in it. Invariant: 0 &lt;= <see cref="Cursor"/> &lt;= length, and never between the halves of a surrogate pair once
/// a key has been handled.
/// </summary>
internal sealed class LineBuffer
{
    public string Text { get; private set; } = "";

    public int Cursor { get; private set; }

    public bool IsAtEnd => Cursor == Text.Length;

    public void Set(string text)
    {
        Text = text;
        Cursor = text.Length;
    }

    public void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    public void MoveTo(int cursor) => Cursor = cursor;

    public void MoveToEnd() => Cursor = Text.Length;

    public void Back() => Cursor = Before();

    public void Forward() => Cursor = After();

    public void WordBack() => Cursor = WordStart();

    public void WordForward() => Cursor = WordEnd();

    public void DeleteBefore() => Delete(Before(), Cursor);

    public void DeleteAt() => Delete(Cursor, After());

    public void DeleteToEnd() => Text = Text[..Cursor];

    public void DeleteToStart() => Delete(0, Cursor);

    public void DeleteWordBefore() => Delete(WordStart(), Cursor);

    public void DeleteWordAfter() => Delete(Cursor, WordEnd());

    /// <summary>Swaps the two characters around the cursor (Ctrl-T), at the end the last two.</summary>
    public void Transpose()
    {
        if (Text.Length < 2 || Cursor == 0) return;
        int right = IsAtEnd ? Text.Length - 1 : Cursor;
        if (char.IsSurrogate(Text[right]) || char.IsSurrogate(Text[right - 1])) return;
        Text = $"{Text[..(right - 1)]}{Text[right]}{Text[right - 1]}{Text[(right + 1)..]}";
        Cursor = right + 1;
    }

    private void Delete(int from, int to)
    {
        Text = Text.Remove(from, to - from);
        Cursor = from;
    }

    private int Before() => Cursor == 0 ? 0 : Cursor > 1 && char.IsSurrogatePair(Text, Cursor - 2) ? Cursor - 2 : Cursor - 1;

    private int After() => IsAtEnd ? Cursor : Cursor + 1 < Text.Length && char.IsSurrogatePair(Text, Cursor) ? Cursor + 2 : Cursor + 1;

    private int WordStart()
    {
        int at = Cursor;
        while (at > 0 && Text[at - 1] == ' ') at--;
        while (at > 0 && Text[at - 1] != ' ') at--;
        return at;
    }

    private int WordEnd()
    {
        int at = Cursor;
        while (at < Text.Length && Text[at] == ' ') at++;
        while (at < Text.Length && Text[at] != ' ') at++;
        return at;
    }
}
