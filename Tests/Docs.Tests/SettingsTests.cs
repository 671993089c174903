using OrleansKv.Docs.Tests.Markdown;
using OrleansKv.Gateway.Options;
using OrleansKv.Hosting.Options;
using OrleansKv.Silo.Options;

namespace OrleansKv.Docs.Tests;

/// <summary>docs/SETTINGS.md says what the table of settings in the code says.</summary>
public sealed class SettingsTests
{
    /// <summary>With more processors than any default depends on, so that the document reads the same everywhere.</summary>
    private const int Processors = 64;

    [Fact]
    public void SettingsDocument_Tables_AreThoseOfTheCode()
    {
        Document document = Document.Read("docs/SETTINGS.md");
        string[] written = [.. document.Text.Split('\n').Where(l => l.StartsWith("| `--", StringComparison.Ordinal))];
        string[] expected = [.. SiloSettings.Table(Processors).All.Select(Row)];
        string[] missing = [.. expected.Except(written)];
        string[] wrong = [.. written.Except(expected)];
        string problem = $"these rows are wrong:\n{string.Join('\n', wrong)}\nand these must stand there:\n{string.Join('\n', missing)}";
        Assert.True(missing.Length + wrong.Length == 0, problem);
        Assert.Equal(expected.Length, written.Length);
    }

    [Theory]
    [MemberData(nameof(JsonBlocks))]
    public void JsonBlock_AsConfigFile_IsAccepted(string path, int line)
    {
        FencedBlock block = Document.Read(path).Blocks.Single(b => b.Line == line);
        var inputs = new OptionInputs(["--config", "kv.json"], new Dictionary<string, string>(), _ => string.Join('\n', block.Lines));
        OptionResult result = OptionParser.Parse(inputs, SiloSettings.Table(Processors));
        Assert.Equal((OptionAction.Run, null), (result.Action, result.Error));
    }

    public static TheoryData<string, int> JsonBlocks()
    {
        var data = new TheoryData<string, int>();
        foreach (Document document in Documents.All)
        {
            foreach (FencedBlock block in document.Blocks.Where(b => b.Language == "json")) data.Add(document.Path, block.Line);
        }

        return data;
    }

    /// <summary>A setting as the document has it.</summary>
    private static string Row(Setting setting)
    {
        string range = setting.Type.Range.Length > 0 ? setting.Type.Range : setting.Type.Placeholder;
        string config = setting.Change == SettingChange.Runtime ? $"`{setting.RedisName ?? setting.Name}`" : "";
        string standard = setting.Default.Length > 0 ? $"`{setting.Default}`" : "none";
        return $"| `--{setting.Name}` | {standard} | {range.Replace("|", ", ", StringComparison.Ordinal)} | {config} | {setting.Help} |";
    }
}
