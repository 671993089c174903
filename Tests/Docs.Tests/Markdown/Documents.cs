using OrleansKv.Tests.Support;

namespace OrleansKv.Docs.Tests.Markdown;

/// <summary>All documents of the repository that a user or developer reads.</summary>
internal static class Documents
{
    private static readonly string[] Folders = ["docs", "docs/adr", "samples"];

    public static IReadOnlyList<Document> All { get; } = [.. Paths().Select(Document.Read)];

    private static IEnumerable<string> Paths() =>
        from folder in (string[])[".", .. Folders]
        let path = System.IO.Path.Combine(Repository.Root, folder)
        where Directory.Exists(path)
        from file in Directory.EnumerateFiles(path, "*.md").Order(StringComparer.Ordinal)
        select System.IO.Path.GetRelativePath(Repository.Root, file);
}
