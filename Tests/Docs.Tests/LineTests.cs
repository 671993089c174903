using Markdig.Extensions.Tables;
using Markdig.Syntax;
using OrleansKv.Docs.Tests.Markdown;

namespace OrleansKv.Docs.Tests;

/// <summary>
/// Lines of documents end at 140 columns, as those of code do (<c>max_line_length</c> of .editorconfig). Two kinds cannot: the row of a
/// table, which has no line breaks, and a line of one word or link that is longer by itself.
/// </summary>
public sealed class LineTests
{
    private const int MaxColumns = 140;

    [Fact]
    public void Line_ThatCanBeBroken_EndsAt140Columns()
    {
        string[] tooLong =
        [
            .. from document in Documents.All
               from line in LongLinesOf(document)
               select $"{document.Path}:{line}",
        ];
        Assert.Empty(tooLong);
    }

    [Theory]
    [InlineData("{0}", 0)]
    [InlineData("a {0}", 1)]
    [InlineData("- {0}", 0)]
    [InlineData("> {0}", 0)]
    [InlineData("- a {0}", 1)]
    [InlineData("```text\na {0}\n```", 2)]
    [InlineData("| a | b |\n|---|---|\n| a {0} | b |", 0)]
    [InlineData("[a b c](http://{0})", 0)]
    [InlineData("[a b c](http://{0}) a", 1)]
    public void LongLinesOf_EachKindOfLine_FindsThoseThatCanBeBroken(string text, int line)
    {
        Document document = Document.Parse("test.md", string.Format(null, text, new string('x', MaxColumns)));
        Assert.Equal(line == 0 ? [] : [line], LongLinesOf(document));
    }

    private static IEnumerable<int> LongLinesOf(Document document)
    {
        HashSet<int> rows = [.. document.Syntax.Descendants<TableRow>().Select(r => r.Line)];
        string[] lines = document.Text.Split('\n');
        return Enumerable.Range(0, lines.Length)
            .Where(i => lines[i].Length > MaxColumns && !rows.Contains(i) && !IsOneWord(lines[i])).Select(i => i + 1);
    }

    // Behind the mark of a list item or quotation: without a blank, or one link (an image is one) and nothing else.
    private static bool IsOneWord(string line)
    {
        string words = line.TrimStart(' ', '-', '>').TrimEnd();
        return !words.Contains(' ', StringComparison.Ordinal) || IsOneLink(words.TrimStart('!'));
    }

    private static bool IsOneLink(string words) => words.StartsWith('[')
        && words.IndexOf("](", StringComparison.Ordinal) is > 0 and int at && words.IndexOf(')', at) == words.Length - 1;
}
