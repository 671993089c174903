using OrleansKv.Bench.Commands;
using OrleansKv.Tests.Support;

namespace OrleansKv.Bench.Tests.Commands;

public sealed class CommandListTests
{
    /// <summary>Written anew by: <c>dotnet run -c Release --project Bench -- commands > Cli/Docs/commands.tsv</c>.</summary>
    [Fact]
    public void ShellsCommands_AreTheServers() =>
        Assert.Equal(CommandList.Text(), File.ReadAllText(Path.Combine(Repository.Root, "Cli", "Docs", "commands.tsv")));
}
