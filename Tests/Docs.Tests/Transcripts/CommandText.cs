using System.Text.RegularExpressions;
using OrleansKv.Tests.Support;

namespace OrleansKv.Docs.Tests.Transcripts;

/// <summary>
/// A command of a document as the tests run it, which differs in three ways. <c>dotnet run -c Release --project X -- args</c> is run as
/// <c>dotnet X/bin/Release/net10.0/x.dll args</c>: it builds nothing. redis-cli is told to print as it does on a terminal. What builds and
/// tests the repository is not run again: whoever runs these tests has just done so.
/// </summary>
internal sealed partial record CommandText(string Line, bool IsServer, bool IsSilo, bool IsDoneAlready)
{
    private static readonly string[] DoneAlready = ["dotnet build -c Release", "./test.sh"];

    public static CommandText Of(string command)
    {
        if (DoneAlready.Contains(command)) return new(command, false, false, IsDoneAlready: true);
        string line = RunProject().Replace(command, m => Program(m.Groups["project"].Value) + m.Groups["arguments"].Value);
        line = RunAssembly().Replace(line, m => Program(m.Groups["project"].Value, m.Groups["assembly"].Value));
        line = RedisCli().Replace(line, "redis-cli --no-raw");
        Match server = Server().Match(line);
        return new(line, server.Success, server.Groups["silo"].Success, IsDoneAlready: false);
    }

    /// <summary>Debug or Release, as these tests were built.</summary>
    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>A project's program where the build puts it.</summary>
    private static string Program(string project, string? assembly = null)
    {
        string folder = Path.Combine(Repository.Root, project);
        if (!Directory.Exists(folder)) throw new FormatException($"there is no project {project}");
        string file = Directory.GetFiles(folder, "*.csproj").Single();
        Match named = AssemblyName().Match(File.ReadAllText(file));
        string built = named.Success ? named.Groups[1].Value : Path.GetFileNameWithoutExtension(file);
        if (assembly is not null && assembly != built)
            throw new FormatException($"project {project} builds {built}.dll and not {assembly}.dll");
        return $"dotnet {Path.Combine(folder, "bin", Configuration, "net10.0", built + ".dll")}";
    }

    [GeneratedRegex(@"\bdotnet run(?: -c Release| --no-build)* --project (?<project>[\w./]+)(?: --(?<arguments> .*))?")]
    private static partial Regex RunProject();

    [GeneratedRegex(@"\bdotnet (?<project>[\w./]+)/bin/Release/net10\.0/(?<assembly>[\w.-]+)\.dll")]
    private static partial Regex RunAssembly();

    [GeneratedRegex(@"\bredis-cli\b")]
    private static partial Regex RedisCli();

    [GeneratedRegex(@"^(\w+=\S+ )*dotnet \S*/orleanskv(?<silo>-silo)?\.dll(?! .*--(help|version)\b)")]
    private static partial Regex Server();

    [GeneratedRegex("<AssemblyName>(.*)</AssemblyName>")]
    private static partial Regex AssemblyName();
}
