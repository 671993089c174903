using System.Text;
using System.Text.RegularExpressions;
using OrleansKv.Docs.Tests.Markdown;
using OrleansKv.Tests.Support;

namespace OrleansKv.Docs.Tests.Snippets;

/// <summary>
/// All C# of one document as one program: the files of <c>Programs/NAME/</c>, in which a line <c>//snippet N</c> stands for the N-th C#
/// block of the document. What those files say around it is what the document leaves to its reader: usings, a server, checks of the
/// outcome. A line <c>//$ command</c> is run before the program. Immutable.
/// </summary>
internal sealed partial class SnippetProgram
{
    private readonly Document _document;
    private readonly (string Name, string Text)[] _files;

    public SnippetProgram(Document document)
    {
        _document = document;
        string folder = Path.Combine(Repository.Root, FolderOf(document));
        string[] paths = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.cs") : [];
        _files = [.. paths.Order(StringComparer.Ordinal).Select(f => (Path.GetFileName(f), File.ReadAllText(f)))];
    }

    private FencedBlock[] Snippets => [.. _document.Blocks.Where(b => b.Language == "csharp")];

    /// <summary>Commands that are run before the program, such as a server's start.</summary>
    public IEnumerable<string> Commands => _files.SelectMany(f => Command().Matches(f.Text)).Select(m => m.Groups[1].Value);

    /// <summary>Every block has exactly one place, and every place a block; null, or what is not so.</summary>
    public string? Problem()
    {
        int[] places = [.. _files.SelectMany(f => Place().Matches(f.Text)).Select(m => int.Parse(m.Groups[1].ValueSpan)).Order()];
        int[] blocks = [.. Enumerable.Range(1, Snippets.Length)];
        return places.SequenceEqual(blocks)
            ? null
            : $"{_document.Path} has {blocks.Length} C# blocks; {FolderOf(_document)} has places for: {string.Join(", ", places)}";
    }

    /// <summary>The files to compile; an error in a block is reported with its line in the document.</summary>
    public IEnumerable<(string Name, string Text)> Sources => _files.Select(f => (f.Name, Fill(f.Name, f.Text)));

    private string Fill(string name, string text)
    {
        var filled = new StringBuilder($"#line 1 \"{FolderOf(_document)}/{name}\"\n");
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (Place().Match(line) is not { Success: true } place)
            {
                filled.Append(line).Append('\n');
                continue;
            }

            FencedBlock block = Snippets[int.Parse(place.Groups[1].ValueSpan) - 1];
            filled.Append($"#line {block.Line} \"{_document.Path}\"\n").AppendJoin('\n', block.Lines);
            filled.Append($"\n#line {number + 1} \"{FolderOf(_document)}/{name}\"\n");
        }

        return filled.ToString();
    }

    private static string FolderOf(Document document) => "Tests/Docs.Tests/Programs/" + Path.GetFileNameWithoutExtension(document.Path);

    [GeneratedRegex(@"^\s*//snippet (\d+)\s*$", RegexOptions.Multiline)]
    private static partial Regex Place();

    [GeneratedRegex(@"^//\$ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Command();
}
