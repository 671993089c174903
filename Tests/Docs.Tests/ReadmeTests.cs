using System.Text.RegularExpressions;
using OrleansKv.Docs.Tests.Markdown;
using OrleansKv.Tests.Support;

namespace OrleansKv.Docs.Tests;

/// <summary>The README is short enough to be read, and names no library that no test uses.</summary>
public sealed partial class ReadmeTests
{
    /// <summary>What a newcomer reads in four minutes.</summary>
    private const int MaxWords = 900;

    /// <summary>What the tests of other people's libraries install.</summary>
    private static readonly string[] LibraryLists =
        ["Tests/Libraries.Tests/OrleansKv.Libraries.Tests.csproj", "Tests/Clients/package.json"];

    [Fact]
    public void Readme_Words_AreAtMost900()
    {
        // A word is what has a letter or digit between blanks, code included: the bars and lines of tables are none.
        string[] words = Document.Read("README.md").Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(words.Count(w => w.Any(char.IsLetterOrDigit)), 1, MaxWords);
    }

    [Fact]
    public void Readme_Libraries_AreThoseThatTestsUse()
    {
        string section = Document.Read("README.md").Text.Split("\n## ")
            .Single(s => s.StartsWith("Clients and libraries\n", StringComparison.Ordinal));
        string used = string.Concat(LibraryLists.Select(f => File.ReadAllText(Path.Combine(Repository.Root, f))));
        string[] named = [.. PackageName().Matches(section).Select(m => m.Groups[1].Value)];
        Assert.NotEmpty(named);
        Assert.All(named, n => Assert.Contains($"\"{n}\"", used, StringComparison.Ordinal));
    }

    /// <summary>A package of npm, which has no capitals, or one of NuGet, which has a dot.</summary>
    [GeneratedRegex(@"`([a-z@][a-z0-9/@-]+|[A-Z]\w+(?:\.\w+)+)`")]
    private static partial Regex PackageName();
}
