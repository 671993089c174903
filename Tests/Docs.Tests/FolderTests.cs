using System.Text.RegularExpressions;
using OrleansKv.Tests.Support;

namespace OrleansKv.Docs.Tests;

/// <summary>The engine's folders stand on each other one way only, as the table in docs/ARCHITECTURE.md has them.</summary>
public sealed partial class FolderTests
{
    [Fact]
    public void FoldersOfTheEngine_StandOnEachOther_WithoutACycle()
    {
        string engine = Path.Combine(Repository.Root, "Engine");
        Dictionary<string, HashSet<string>> left = Directory.GetDirectories(engine).Select(d => Path.GetFileName(d)!)
            .Where(d => d is not ("bin" or "obj")).ToDictionary(d => d, d => UsedBy(Path.Combine(engine, d)));
        Assert.Contains("Table", left["Shards"]);
        while (left.Where(f => !f.Value.Any(left.ContainsKey)).Select(f => f.Key).ToList() is { Count: > 0 } lowest)
        {
            foreach (string folder in lowest) left.Remove(folder);
        }

        Assert.Empty(left.Select(f => $"{f.Key}: {string.Join(", ", f.Value.Where(left.ContainsKey))}"));
    }

    // What its files name of other folders, remarks included: who reads about a type goes there.
    private static HashSet<string> UsedBy(string folder)
    {
        string own = Path.GetFileName(folder);
        return [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .SelectMany(f => FolderName().Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value).Where(name => name != own)];
    }

    [GeneratedRegex(@"OrleansKv\.Engine\.(\w+)")]
    private static partial Regex FolderName();
}
