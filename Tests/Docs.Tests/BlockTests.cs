using OrleansKv.Docs.Tests.Markdown;

namespace OrleansKv.Docs.Tests;

/// <summary>Each fenced block of each document is run by a test of this project, or it is a drawing.</summary>
public sealed class BlockTests
{
    /// <summary>Drawings of bytes, folders and the way of the data; nothing in them can be run.</summary>
    private static readonly string[] MayDraw = ["docs/ARCHITECTURE.md", "docs/FORMAT.md"];

    [Fact]
    public void FencedBlock_InAnyDocument_HasARunner()
    {
        string[] without =
        [
            .. from document in Documents.All
               from block in document.Blocks
               where !HasRunner(document, block)
               select $"{document.Path}, line {block.Line}: nothing runs a block of language '{block.Language}'",
        ];
        Assert.Empty(without);
    }

    [Fact]
    public void Documents_ThatAreRead_AreThoseOfTheRepository()
    {
        string[] paths = [.. Documents.All.Select(d => d.Path)];
        Assert.Contains("README.md", paths);
        Assert.Contains("docs/CLIENT.md", paths);
        Assert.Contains(paths, p => p.StartsWith("docs/adr/", StringComparison.Ordinal));
    }

    private static bool HasRunner(Document document, FencedBlock block) => block.Language switch
    {
        "console" or "sh" => true, // TranscriptTests
        "csharp" => true, // SnippetTests
        "json" => true, // SettingsTests
        "text" => MayDraw.Contains(document.Path),
        _ => false,
    };
}
