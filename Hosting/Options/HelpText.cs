using System.Text;
using OrleansKv.Gateway.Options;

namespace OrleansKv.Hosting.Options;

/// <summary>The text of <c>--help</c>, made of the table. Pure.</summary>
public static class HelpText
{
    /// <summary>Column of the explanations; a flag that is longer gets its own line.</summary>
    private const int HelpColumn = 34;

    /// <summary>A blank at which no line ends: range and default stay together where they fit.</summary>
    private const char Tied = '\u00a0';

    /// <summary>Longer lists of words are shown with the range.</summary>
    private const int MaxPlaceholder = 13;

    /// <summary>A terminal's usual width, and a little: 100 is readable and narrow enough for two windows.</summary>
    private const int Width = 100;

    public static string Build(SettingTable table, string program, string summary)
    {
        var text = new StringBuilder();
        text.Append(summary).Append("\n\nUsage: ").Append(program).Append(" [--flag value | --flag=value]...\n");
        foreach (IGrouping<string, Setting> group in table.All.GroupBy(s => s.Group))
        {
            text.Append('\n').Append(group.Key).Append('\n');
            foreach (Setting setting in group)
            {
                string placeholder = setting.Type.Placeholder;
                Row(text, $"--{setting.Name} {(placeholder.Length > MaxPlaceholder ? "NAME" : placeholder)}",
                    $"{setting.Help} {Facts(setting)}");
            }
        }

        text.Append("\nOther\n");
        Row(text, "--config FILE", "JSON file of settings: {\"port\": 9090, \"fsync\": \"always\"}.");
        Row(text, "--help", "This text.");
        Row(text, "--version", "The version.");
        text.Append('\n');
        Wrap(text, "BYTES take k, m, g (powers of 1000) or kb, mb, gb (powers of 1024), as in Redis.", 0);
        Wrap(text, "Each flag is also a variable (--memory-budget is ORLEANSKV_MEMORY_BUDGET) and a key of the JSON file "
            + "(\"memory-budget\"). "
            + "The command line wins over the environment, that over the file, that over the default; of one flag twice the last counts.",
            0);
        return text.ToString();
    }

    private static string Facts(Setting setting)
    {
        string range = setting.Type.Range;
        string standard = setting.Default.Length == 0 ? "" : "default " + setting.Default;
        string between = range.Length > 0 && standard.Length > 0 ? "; " : "";
        string facts = range.Length + standard.Length == 0 ? "" : $"[{range}{between}{standard}]";
        return facts.Length <= Width - HelpColumn ? facts.Replace(' ', Tied) : facts;
    }

    private static void Row(StringBuilder text, string flag, string help)
    {
        string left = "  " + flag;
        text.Append(left);
        if (left.Length + 2 > HelpColumn) text.Append('\n').Append(' ', HelpColumn);
        else text.Append(' ', HelpColumn - left.Length);
        Wrap(text, help, HelpColumn);
    }

    /// <summary>Appends words, going on below <paramref name="indent"/>; the caller is already there.</summary>
    private static void Wrap(StringBuilder text, string words, int indent)
    {
        int column = indent;
        foreach (string word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (column > indent && column + 1 + word.Length > Width)
            {
                text.Append('\n').Append(' ', indent);
                column = indent;
            }
            else if (column > indent)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word.Replace(Tied, ' '));
            column += word.Length;
        }

        text.Append('\n');
    }
}
