using System.Text;
using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Commands;

/// <summary>
/// <c>kv scan [--match P] [--count N]</c>: every key, one a line: quoted at a terminal, as it is in a pipe, a JSON string each with --json.
/// </summary>
internal static class ScanCommand
{
    public static int Run(RespConnection connection, IReadOnlyList<string> words, Printer printer)
    {
        Arguments given = Arguments.Parse(words, ["--match", "--count"], [], 0);
        var options = new List<string>();
        if (given.Text("--match") is { } pattern) options.AddRange(["MATCH", pattern]);
        // 1,000 keys a call: few round trips, and no call that holds the server up.
        options.AddRange(["COUNT",
            given.Number("--count", 1_000, 1, 1_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        string cursor = "0";
        using Stream output = Console.OpenStandardOutput();
        do
        {
            RespValue page = connection.Call(["SCAN", cursor, .. options]);
            if (page.IsError) throw new CliException(page.Text);
            if (page.Items is not [var next, { IsAggregate: true } keys])
                throw new CliException("SCAN's reply is not a cursor and an array of keys");
            using var lines = new MemoryStream();
            foreach (RespValue key in keys.Items)
            {
                lines.Write(Line(key, printer.Style));
                lines.WriteByte((byte)'\n');
            }

            output.Write(lines.ToArray());
            cursor = next.Text;
        }
        while (cursor != "0");
        return 0;
    }

    private static byte[] Line(RespValue key, PrintStyle style) => style switch
    {
        PrintStyle.Raw => key.Bytes,
        PrintStyle.Json => Encoding.UTF8.GetBytes(JsonFormatter.Format(key)),
        _ => Encoding.UTF8.GetBytes(ReplyFormatter.Quote(key.Bytes)),
    };
}
