using OrleansKv.Docs.Tests.Markdown;
using OrleansKv.Docs.Tests.Transcripts;

namespace OrleansKv.Docs.Tests.Tooling;

public sealed class TranscriptReadTests
{
    [Fact]
    public void Read_AConsole_TellsCommandsFromWhatIsTypedAndPrinted()
    {
        IReadOnlyList<Step> steps = Read("console",
            "$ one 1", "printed", "", "$ redis-cli -p 9090", "127.0.0.1:9090> MULTI", "OK", "127.0.0.1:9090(TX)> GET a", "QUEUED");
        Assert.Equal(["one 1", "redis-cli -p 9090"], steps.Select(s => s.Command));
        Assert.Equal([10, 13], steps.Select(s => s.Line));
        Assert.Equal(["printed"], steps[0].Expected);
        Assert.Equal(["MULTI", "GET a"], steps[1].Typed);
        Assert.Equal(["OK", "QUEUED"], steps[1].Expected);
    }

    [Fact]
    public void Read_LinesToCopy_HasACommandALineAndNothingPrinted()
    {
        IReadOnlyList<Step> steps = Read("sh", "# a comment", "one 1   # another", "", "two \\", "  --more");
        Assert.Equal(["one 1", "two --more"], steps.Select(s => s.Command));
        Assert.All(steps, s => Assert.Null(s.Expected));
    }

    [Fact]
    public void Read_AConsoleThatBeginsWithOutput_IsRefused() =>
        Assert.Throws<FormatException>(() => Read("console", "printed", "$ one"));

    [Fact]
    public void Document_WithBlocks_GivesEachItsSectionLanguageAndLine()
    {
        Document document = Document.Parse("x.md", "# A `b` c\n\n```sh\none\n```\n\n## D\n\n- item\n\n  ```text\n  two\n  ```\n");
        Assert.Equal(
            [("A b c", "sh", 4), ("D", "text", 12)],
            document.Sections.Select(s => (s.Heading, s.Blocks[0].Language, s.Blocks[0].Line)));
        Assert.Equal(["two"], document.Section("D").Blocks[0].Lines);
    }

    private static IReadOnlyList<Step> Read(string language, params string[] lines) =>
        Transcript.Read(new FencedBlock(language, 10, lines));
}
