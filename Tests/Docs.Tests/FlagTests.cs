using System.Text.RegularExpressions;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using OrleansKv.Docs.Tests.Markdown;
using OrleansKv.Silo.Options;
using OrleansKv.Tests.Support;

namespace OrleansKv.Docs.Tests;

/// <summary>A flag that a document names in passing, outside of a block that is run, is one that a program takes.</summary>
public sealed partial class FlagTests
{
    private static readonly string[] OfOtherPrograms = ["--project", "--no-build"];

    [Fact]
    public void Flag_InCode_IsOneThatAProgramTakes()
    {
        HashSet<string> known =
            [.. OfOtherPrograms, "--config", "--help", "--version", .. SiloSettings.Table(1).All.Select(s => "--" + s.Name)];
        known.UnionWith(FlagsOfTools());
        string[] unknown =
        [
            .. from document in Documents.All
               where !document.Path.StartsWith("docs/adr/", StringComparison.Ordinal) // those say what was, also what is no more
               from code in document.Syntax.Descendants<CodeInline>()
               from Match flag in Flag().Matches(code.Content)
               where !known.Contains(flag.Value)
               select $"{document.Path}: {flag.Value}",
        ];
        Assert.Empty(unknown);
    }

    /// <summary>What stands as a flag in the sources of the shell and the load generator.</summary>
    private static IEnumerable<string> FlagsOfTools() =>
        from folder in (string[])["Bench", "Cli"]
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
        from Match flag in Flag().Matches(File.ReadAllText(file))
        select flag.Value;

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z-]*[a-z]")]
    private static partial Regex Flag();
}
