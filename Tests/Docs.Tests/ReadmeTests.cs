using OrleansKv.Docs.Tests.Markdown;

namespace OrleansKv.Docs.Tests;

/// <summary>The README is short enough to be read.</summary>
public sealed class ReadmeTests
{
    /// <summary>What a newcomer reads in four minutes.</summary>
    private const int MaxWords = 900;

    [Fact]
    public void Readme_Words_AreAtMost900()
    {
        // A word is what has a letter or digit between blanks, code included: the bars and lines of tables are none.
        string[] words = Document.Read("README.md").Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(words.Count(w => w.Any(char.IsLetterOrDigit)), 1, MaxWords);
    }
}
