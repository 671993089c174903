using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;
using Spectre.Console;

namespace OrleansKv.Cli.Commands;

/// <summary><c>kv nodes</c>: the nodes of the store as a table.</summary>
internal static class NodesCommand
{
    public static int Run(RespConnection connection, Printer printer)
    {
        RespValue nodes = connection.Call("NODES");
        if (Console.IsOutputRedirected || nodes.IsError || nodes.Items.Count == 0 || !nodes.Items[0].IsMap) return printer.Print(nodes);
        var table = new Table().Border(TableBorder.Rounded);
        IReadOnlyList<RespValue> first = nodes.Items[0].Items;
        for (int i = 0; i < first.Count; i += 2) table.AddColumn(first[i].Text.EscapeMarkup());
        foreach (RespValue node in nodes.Items) table.AddRow([.. node.Items.Where((_, i) => i % 2 == 1).Select(v => v.Text.EscapeMarkup())]);
        AnsiConsole.Write(table);
        return 0;
    }
}
