using OrleansKv.Docs.Tests.Markdown;
using OrleansKv.Docs.Tests.Snippets;
using OrleansKv.Docs.Tests.Transcripts;

namespace OrleansKv.Docs.Tests;

/// <summary>The C# of the documents, compiled and run.</summary>
public sealed class SnippetTests
{
    public static TheoryData<string> DocumentsWithCode() =>
        [.. Documents.All.Where(d => d.Blocks.Any(b => b.Language == "csharp")).Select(d => d.Path)];

    [Theory]
    [MemberData(nameof(DocumentsWithCode))]
    public async Task Program_OfADocumentsBlocks_CompilesAndRuns(string path)
    {
        Document document = Document.Read(path);
        var program = new SnippetProgram(document);
        Assert.Null(program.Problem());
        using var sitting = new Sitting(program.Sources.Select(s => s.Text).Concat(program.Commands));
        foreach (string command in program.Commands) await sitting.Run(new Step(0, command, [], null));

        string name = Path.GetFileNameWithoutExtension(path);
        string assembly = await SnippetCompiler.Compile(name, program, sitting.Ports.Apply);
        using RunningProgram running = sitting.Start(
            $"the C# of {path}",
            "dotnet",
            ["exec", "--runtimeconfig", Path.Combine(AppContext.BaseDirectory, "OrleansKv.Docs.Tests.runtimeconfig.json"), assembly],
            []);
        Assert.True(await running.WaitForEnd() == 0, running.Printed);
    }
}
