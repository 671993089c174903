using System.Diagnostics;
using System.Reflection;

namespace OrleansKv.Docs.Tests.Snippets;

/// <summary>
/// Compiles a program with this SDK's compiler and what the build wrote down for it in <c>snippets.rsp</c>: the references of this project
/// and its source generators, Orleans' among them. Warnings are errors, as in the repository.
/// </summary>
internal static class SnippetCompiler
{
    /// <summary>What an SDK's project has without saying so (ImplicitUsings).</summary>
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static string CompilerPath => typeof(SnippetCompiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "CompilerPath").Value!;

    /// <summary>Puts an assembly beside the tests, where the host finds what it refers to, and returns its path.</summary>
    public static async Task<string> Compile(string name, SnippetProgram program, Func<string, string> mapPorts)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("orleanskv-docs-");
        try
        {
            string assembly = Path.Combine(AppContext.BaseDirectory, $"snippets-{name}.dll");
            var sources = new List<string>();
            foreach ((string file, string text) in program.Sources.Append(("ImplicitUsings.cs", ImplicitUsings)))
            {
                sources.Add(Path.Combine(folder.FullName, file));
                await File.WriteAllTextAsync(sources[^1], mapPorts(text));
            }

            var start = new ProcessStartInfo("dotnet")
            {
                RedirectStandardOutput = true,
                ArgumentList =
                {
                    CompilerPath, "/nologo", "/target:exe", "/nullable:enable", "/warnaserror", "/langversion:latest", "/debug:embedded",
                    "/out:" + assembly, "@" + Path.Combine(AppContext.BaseDirectory, "snippets.rsp"),
                },
            };
            foreach (string source in sources) start.ArgumentList.Add(source);
            using Process compiler = Process.Start(start)!;
            string messages = await compiler.StandardOutput.ReadToEndAsync();
            await compiler.WaitForExitAsync();
            Assert.True(compiler.ExitCode == 0, messages);
            return assembly;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
