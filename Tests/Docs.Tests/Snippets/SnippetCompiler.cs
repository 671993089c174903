using System.Diagnostics;
using System.Reflection;

namespace OrleansKv.Docs.Tests.Snippets;

/// <summary>
/// Compiles a program with this SDK's compiler and with what the build of this project has written down for it: the usings that a project
/// has without saying so (<c>snippets-usings.txt</c>), the references and the source generators, Orleans' among them
/// (<c>snippets.rsp</c>). Warnings are errors, as in the repository.
/// </summary>
internal static class SnippetCompiler
{
    private static string CompilerPath => typeof(SnippetCompiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "CompilerPath").Value!;

    /// <summary>Every project of an SDK has this: references to older versions of the base library are in order.</summary>
    private const string SdkArguments = "/nowarn:1701,1702";

    /// <summary>Puts an assembly beside the tests, where the host finds what it refers to, and returns its path.</summary>
    public static async Task<string> Compile(string name, SnippetProgram program, Func<string, string> mapPorts)
    {
        string usings = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "snippets-usings.txt"));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("orleanskv-docs-");
        try
        {
            string assembly = Path.Combine(AppContext.BaseDirectory, $"snippets-{name}.dll");
            var sources = new List<string>();
            foreach ((string file, string text) in program.Sources.Append(("Usings.cs", usings)))
            {
                sources.Add(Path.Combine(folder.FullName, file));
                await File.WriteAllTextAsync(sources[^1], mapPorts(text));
            }

            var start = new ProcessStartInfo("dotnet")
            {
                RedirectStandardOutput = true,
                ArgumentList =
                {
                    CompilerPath, SdkArguments, "/nologo", "/target:exe", "/nullable:enable", "/warnaserror", "/langversion:latest",
                    "/debug:embedded", "/out:" + assembly, "@" + Path.Combine(AppContext.BaseDirectory, "snippets.rsp"),
                },
            };
            foreach (string source in sources) start.ArgumentList.Add(source);
            using Process compiler = Process.Start(start)!;
            string messages = await compiler.StandardOutput.ReadToEndAsync();
            await compiler.WaitForExitAsync();
            Assert.True(compiler.ExitCode == 0, messages);
            // Orleans finds the assemblies of an application by this list; the program has those of the tests.
            string own = Path.Combine(AppContext.BaseDirectory, "OrleansKv.Docs.Tests.deps.json");
            File.Copy(own, Path.ChangeExtension(assembly, ".deps.json"), overwrite: true);
            return assembly;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
