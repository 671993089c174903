using OrleansKv.Cli.Protocol;
using Spectre.Console;

namespace OrleansKv.Cli.Commands;

/// <summary><c>kv info [section]</c>: INFO as tables.</summary>
internal static class InfoCommand
{
    public static int Run(RespConnection connection, IReadOnlyList<string> words)
    {
        RespValue info = connection.Call(["INFO", .. words.Skip(1)]);
        if (info.IsError)
        {
            Console.Error.WriteLine("kv: " + info.Text);
            return 1;
        }

        string text = info.Type == '=' ? info.Text[4..] : info.Text;
        if (Console.IsOutputRedirected)
        {
            Console.Out.Write(text);
            return 0;
        }

        Table? table = null;
        foreach (string line in text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#'))
            {
                if (table is not null) AnsiConsole.Write(table);
                table = new Table().Border(TableBorder.Rounded).Title(line[1..].Trim().EscapeMarkup()).HideHeaders().AddColumn("").AddColumn("");
                continue;
            }

            string[] pair = line.Split(':', 2);
            table?.AddRow(pair[0].EscapeMarkup(), pair.ElementAtOrDefault(1)?.EscapeMarkup() ?? "");
        }

        if (table is not null) AnsiConsole.Write(table);
        return 0;
    }
}
