using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using OrleansKv.Tests.Support;

namespace OrleansKv.Docs.Tests.Markdown;

/// <summary>One Markdown file of the repository, read when it is asked for. Immutable.</summary>
internal sealed class Document
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UsePreciseSourceLocation().Build();

    private Document(string path, string text)
    {
        Path = path;
        Text = text;
        Syntax = Markdig.Markdown.Parse(text, Pipeline);
        Sections = ReadSections(Syntax);
    }

    /// <summary>From the repository's root, with slashes: <c>docs/CLIENT.md</c>.</summary>
    public string Path { get; }

    public string Text { get; }

    public MarkdownDocument Syntax { get; }

    public IReadOnlyList<Section> Sections { get; }

    public IEnumerable<FencedBlock> Blocks => Sections.SelectMany(s => s.Blocks);

    public static Document Read(string path) => Parse(path, File.ReadAllText(System.IO.Path.Combine(Repository.Root, path)));

    public static Document Parse(string path, string text) => new(path, text);

    public Section Section(string heading) => Sections.Single(s => s.Heading == heading);

    private static List<Section> ReadSections(MarkdownDocument syntax)
    {
        var sections = new List<Section>();
        string heading = "";
        var blocks = new List<FencedBlock>();
        foreach (Block block in syntax.Descendants<Block>())
        {
            switch (block)
            {
                case HeadingBlock next:
                    if (blocks.Count > 0) sections.Add(new(heading, blocks));
                    heading = string.Concat(next.Inline!.Select(i => i is CodeInline code ? code.Content : i.ToString()));
                    blocks = [];
                    break;
                case FencedCodeBlock fenced:
                    blocks.Add(new(fenced.Info ?? "", fenced.Line + 2, LinesOf(fenced)));
                    break;
                case CodeBlock indented:
                    blocks.Add(new("(indented)", indented.Line + 1, LinesOf(indented)));
                    break;
            }
        }

        if (blocks.Count > 0) sections.Add(new(heading, blocks));
        return sections;
    }

    private static string[] LinesOf(CodeBlock block) => [.. block.Lines.Lines.Take(block.Lines.Count).Select(l => l.ToString())];
}
