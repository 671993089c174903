using OrleansKv.Cli.Docs;
using OrleansKv.Cli.Shell;

namespace OrleansKv.Cli.Tests;

public sealed class LineEditorTests
{
    private static readonly CommandCatalog _catalog =
        new([new("GET", "key"), new("GETDEL", "key"), new("SET", "key value [NX|XX] [EX seconds]")]);

    private readonly History _history = new(null);

    [Fact]
    public void Typing_MovingAndDeleting()
    {
        LineEditor editor = Editor();
        Type(editor, "gt a");
        Press(editor, ConsoleKey.Home);
        Press(editor, ConsoleKey.RightArrow);
        Type(editor, "e");
        Assert.Equal(("get a", 2), (editor.Text, editor.Cursor));
        Control(editor, ConsoleKey.E);
        Control(editor, ConsoleKey.W);
        Assert.Equal("get ", editor.Text);
        Control(editor, ConsoleKey.U);
        Assert.Equal("", editor.Text);
    }

    [Fact]
    public void History_GoesBackAndReturnsToWhatWasTyped()
    {
        _history.Add("first");
        _history.Add("second");
        LineEditor editor = Editor();
        Type(editor, "new");
        Press(editor, ConsoleKey.UpArrow);
        Assert.Equal("second", editor.Text);
        Press(editor, ConsoleKey.UpArrow);
        Assert.Equal("first", editor.Text);
        Press(editor, ConsoleKey.DownArrow);
        Press(editor, ConsoleKey.DownArrow);
        Assert.Equal("new", editor.Text);
    }

    [Fact]
    public void CtrlR_FindsOlderLines()
    {
        _history.Add("set apple 1");
        _history.Add("set pear 2");
        LineEditor editor = Editor();
        Control(editor, ConsoleKey.R);
        Type(editor, "app");
        Assert.Equal("set apple 1", editor.Text);
        Assert.Equal(LineResult.Done, Press(editor, ConsoleKey.Enter));
    }

    [Fact]
    public void Tab_CompletesOrShowsChoices()
    {
        LineEditor editor = Editor();
        Type(editor, "getd");
        Press(editor, ConsoleKey.Tab);
        Assert.Equal("GETDEL ", editor.Text);
        editor = Editor();
        Type(editor, "ge");
        Press(editor, ConsoleKey.Tab);
        Assert.Equal("GET", editor.Text);
        Assert.Equal(["GET", "GETDEL"], editor.Choices);
    }

    [Fact]
    public void CtrlCAndCtrlD_CancelAndLeave()
    {
        LineEditor editor = Editor();
        Type(editor, "abc");
        Assert.Equal(LineResult.Cancelled, Control(editor, ConsoleKey.C));
        Assert.Equal("", editor.Text);
        Assert.Equal(LineResult.Left, Control(editor, ConsoleKey.D));
    }

    [Fact]
    public void Passwords_AreNotKept()
    {
        _history.Add("AUTH secret");
        _history.Add("HELLO 3 AUTH default secret");
        _history.Add("CONFIG SET requirepass secret");
        Assert.Empty(_history.Lines);
    }

    private LineEditor Editor() => new(_history, text => Completion.For(_catalog, text));

    private static void Type(LineEditor editor, string text)
    {
        foreach (char c in text) editor.Key(new ConsoleKeyInfo(c, default, false, false, false));
    }

    private static LineResult Press(LineEditor editor, ConsoleKey key) =>
        editor.Key(new ConsoleKeyInfo(key == ConsoleKey.Enter ? '\r' : '\0', key, false, false, false));

    private static LineResult Control(LineEditor editor, ConsoleKey key) =>
        editor.Key(new ConsoleKeyInfo((char)(key - ConsoleKey.A + 1), key, false, false, true));
}
