using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;
using Spectre.Console;

namespace OrleansKv.Cli.Commands;

/// <summary><c>kv nodes</c>: the nodes of the store as a table; text as it is.</summary>
internal static class NodesCommand
{
    public static int Run(RespConnection connection, IReadOnlyList<string> words, Printer printer)
    {
        Arguments.Parse(words, [], [], 0);
        RespValue nodes = connection.Call("NODES");
        if (printer.Style != PrintStyle.Typed) return printer.Print(nodes, words);
        if (NodeRows.TryRead(nodes) is not { } found)
        {
            if (nodes.Type is not ('$' or '=')) return printer.Print(nodes, words);
            Console.Out.WriteLine(new Ink(colours: false).Add(nodes.Text.TrimEnd('\n', '\r')));
            return 0;
        }

        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (string column in found.Columns) table.AddColumn($"[bold]{column.EscapeMarkup()}[/]");
        foreach (IReadOnlyList<string> row in found.Rows) table.AddRow([.. row.Select(c => c.EscapeMarkup())]);
        AnsiConsole.Write(table);
        return 0;
    }
}
