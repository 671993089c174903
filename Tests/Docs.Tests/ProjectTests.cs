using System.Xml.Linq;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using OrleansKv.Docs.Tests.Markdown;
using OrleansKv.Tests.Support;

namespace OrleansKv.Docs.Tests;

/// <summary>
/// The table of projects in docs/ARCHITECTURE.md is what the project files say: who builds on whom, and on which packages.
/// </summary>
public sealed class ProjectTests
{
    private const string AspNet = "ASP.NET";

    [Fact]
    public void Projects_ReferenceWhatTheTableSays_AndNothingElse()
    {
        string[] written = [.. Rows().Order(StringComparer.Ordinal)];
        string[] built = [.. Directory.GetDirectories(Repository.Root).SelectMany(ProjectsIn).Select(Describe)
            .Order(StringComparer.Ordinal)];
        Assert.Equal(built, written);
    }

    [Fact]
    public void Client_ReachesNeitherEngineNorGatewayNorAspNet()
    {
        HashSet<string> reached = [];
        Reach(Path.Combine(Repository.Root, "Client", "OrleansKv.Client.csproj"), reached);
        Assert.Equal(["Client", "Grains.Interfaces", "Microsoft.Extensions", "Microsoft.Orleans", "Protocol"],
            reached.Order(StringComparer.Ordinal));
    }

    private static void Reach(string project, HashSet<string> reached)
    {
        reached.Add(NameOf(project));
        reached.UnionWith(Families(XDocument.Load(project)));
        foreach (string other in References(XDocument.Load(project)))
            Reach(Path.GetFullPath(other, Path.GetDirectoryName(project)!), reached);
    }

    // "Engine: Protocol", "Gateway: Engine; ASP.NET".
    private static string Describe(string project)
    {
        XDocument file = XDocument.Load(project);
        string projects = string.Join(", ", References(file).Select(NameOf).Order(StringComparer.Ordinal));
        string families = string.Join(", ", Families(file).Order(StringComparer.Ordinal));
        return $"{NameOf(project)}: "
            + $"{(projects.Length + families.Length == 0 ? "nothing" : projects)}{(families.Length == 0 ? "" : "; " + families)}";
    }

    private static IEnumerable<string> Rows()
    {
        Document document = Documents.All.Single(d => d.Path.EndsWith("ARCHITECTURE.md", StringComparison.Ordinal));
        string[] lines = document.Text.Split('\n');
        Table table = document.Syntax.Descendants<Table>().First();
        foreach (TableRow row in table.OfType<TableRow>().Where(r => !r.IsHeader))
        {
            string[] cells = lines[row.Line].Replace("`", "", StringComparison.Ordinal).Split('|', StringSplitOptions.TrimEntries);
            yield return $"{cells[1]}: {cells[3]}";
        }
    }

    private static string[] ProjectsIn(string folder) =>
        Path.GetFileName(folder) is "Tests" or "samples" ? [] : Directory.GetFiles(folder, "*.csproj");

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project)["OrleansKv.".Length..];

    private static IEnumerable<string> References(XDocument file) =>
        file.Descendants("ProjectReference").Select(r => r.Attribute("Include")!.Value);

    private static IEnumerable<string> Families(XDocument file) =>
        file.Descendants("PackageReference").Select(r => FamilyOf(r.Attribute("Include")!.Value))
        .Concat(file.Descendants("FrameworkReference").Select(_ => AspNet)).Distinct();

    private static string FamilyOf(string package) =>
        package.StartsWith("Microsoft.", StringComparison.Ordinal) ? string.Join('.', package.Split('.')[..2]) : package;
}
