using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using OrleansKv.Docs.Tests.Markdown;
using OrleansKv.Tests.Support;

namespace OrleansKv.Docs.Tests;

/// <summary>Files that the documents point to are there.</summary>
public sealed class LinkTests
{
    [Fact]
    public void Link_ToAFileOfTheRepository_LeadsSomewhere()
    {
        string[] dead =
        [
            .. from document in Documents.All
               from link in document.Syntax.Descendants<LinkInline>()
               let target = (link.Url ?? "").Split('#')[0]
               where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !Exists(document, target)
               select $"{document.Path}: {link.Url}",
        ];
        Assert.Empty(dead);
    }

    [Fact]
    public void Document_NamedInCode_IsThere()
    {
        string[] missing =
        [
            .. from document in Documents.All
               from code in document.Syntax.Descendants<CodeInline>()
               where code.Content.EndsWith(".md", StringComparison.Ordinal) && !Exists(document, code.Content)
               where !File.Exists(Path.Combine(Repository.Root, code.Content))
               select $"{document.Path}: {code.Content}",
        ];
        Assert.Empty(missing);
    }

    private static bool Exists(Document document, string target) =>
        Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(document.Path) ?? "", target));
}
