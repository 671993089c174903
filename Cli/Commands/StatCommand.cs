using System.Globalization;
using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Commands;

/// <summary><c>kv stat [LINES] [--interval SECONDS]</c>: a line of INFO's counters a second, until Ctrl-C.</summary>
internal static class StatCommand
{
    /// <summary>The header is said again after 20 lines, so that a terminal always shows it.</summary>
    private const int LinesAHeader = 20;

    public static int Run(RespConnection connection, IReadOnlyList<string> words, Printer printer)
    {
        Arguments given = Arguments.Parse(words, ["--interval"], [], 1);
        int count = given.Words is [var lines] ? given.NumberOf("LINES", lines, 1, int.MaxValue) : int.MaxValue;
        int seconds = given.Number("--interval", 1, 1, 3_600);
        StatLine? before = null;
        for (int i = 0; i < count; i++)
        {
            if (i > 0) Thread.Sleep(TimeSpan.FromSeconds(seconds));
            RespValue reply = connection.Call("INFO");
            if (reply.IsError) throw new CliException(reply.Text);
            StatLine line = StatLine.Read(reply.Text);
            if (printer.Style == PrintStyle.Json)
            {
                Console.Out.WriteLine(Json(line));
                continue;
            }

            if (i % LinesAHeader == 0) Console.Out.WriteLine(StatLine.Header);
            Console.Out.WriteLine(line.Format(before));
            before = line;
        }

        return 0;
    }

    private static string Json(StatLine line) => JsonFormatter.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("keys", line.Keys);
        writer.WriteString("used_memory_human", line.Memory);
        writer.WriteNumber("total_commands_processed", line.Requests);
        foreach ((string name, string value) in new[] { ("connected_clients", line.Clients), ("blocked_clients", line.Blocked),
            ("instantaneous_ops_per_sec", line.OpsPerSecond), ("keyspace_hits", line.Hits), ("keyspace_misses", line.Misses) })
        {
            if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number)) writer.WriteNumber(name, number);
            else writer.WriteNull(name);
        }

        writer.WriteEndObject();
    });
}
