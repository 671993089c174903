using System.Text;

namespace OrleansKv.Bench.Cli;

/// <summary>How a command's options are laid out for --help.</summary>
internal static class HelpText
{
    public static string Of(string usage, IReadOnlyList<OptionSpec> options)
    {
        int width = options.Max(o => Head(o).Length) + 2;
        var text = new StringBuilder().AppendLine(usage).AppendLine().AppendLine("Options");
        foreach (OptionSpec option in options)
        {
            string[] lines = option.Help.Split('\n');
            text.Append("  ").Append(Head(option).PadRight(width)).AppendLine(lines[0]);
            foreach (string line in lines.Skip(1)) text.Append(' ', width + 2).AppendLine(line);
        }

        return text.ToString();
    }

    private static string Head(OptionSpec option) => option.Value is null ? option.Name : $"{option.Name} {option.Value}";
}
