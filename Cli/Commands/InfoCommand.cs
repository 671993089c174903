using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;
using Spectre.Console;

namespace OrleansKv.Cli.Commands;

/// <summary><c>kv info [section ...]</c>: INFO as tables; as it is for a pipe; as an object of objects for --json.</summary>
internal static class InfoCommand
{
    public static int Run(RespConnection connection, IReadOnlyList<string> words, Printer printer)
    {
        string[] sections = [.. Arguments.Parse(words, [], [], 64).Words];
        RespValue info = connection.Call(["INFO", .. sections]);
        if (info.IsError || printer.Style == PrintStyle.Raw) return printer.Print(info, words);
        if (printer.Style == PrintStyle.Json) Console.Out.WriteLine(Json(info.Text));
        else Tables(info.Text);
        return 0;
    }

    public static string Json(string text) => JsonFormatter.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var (section, fields) in InfoText.Sections(text))
        {
            writer.WriteStartObject(section.ToLowerInvariant());
            foreach (var (name, value) in fields.DistinctBy(f => f.Name)) writer.WriteString(name, value);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    });

    private static void Tables(string text)
    {
        foreach (var (section, fields) in InfoText.Sections(text))
        {
            if (fields.Count == 0) continue;
            Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).Title($"[bold]{section.EscapeMarkup()}[/]")
                .HideHeaders().AddColumn("").AddColumn("");
            foreach (var (name, value) in fields) table.AddRow(name.EscapeMarkup(), $"[aqua]{value.EscapeMarkup()}[/]");
            AnsiConsole.Write(table);
        }
    }
}
