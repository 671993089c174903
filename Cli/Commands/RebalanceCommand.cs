using System.Globalization;
using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;
using OrleansKv.Cli.Shell;
using Spectre.Console;

namespace OrleansKv.Cli.Commands;

/// <summary>
/// <c>kv rebalance N</c>: asks for N shards, and at a terminal shows how far the server has come. Ctrl-C leaves; the server goes on.
/// </summary>
internal static class RebalanceCommand
{
    /// <summary>0.2 s between two looks: smooth for an eye, nothing for the server.</summary>
    private const int LookMs = 200;

    public static int Run(RespConnection connection, IReadOnlyList<string> words, Printer printer)
    {
        Arguments given = Arguments.Parse(words, [], [], 1);
        if (given.Words is not [var text]) throw given.Refused("the number of shards is missing");
        string shards = given.NumberOf("N", text, 1, int.MaxValue).ToString(CultureInfo.InvariantCulture);
        int code = printer.Print(connection.Call("REBALANCE", shards), words);
        if (code == 0 && printer.Style == PrintStyle.Typed) Follow(connection);
        return code;
    }

    /// <summary>
    /// From INFO's line <c>rebalance:from=32,to=40,slots_moved=1,slots_to_move=2,...</c>; null when it has none that says so.
    /// </summary>
    public static (double Moved, double ToMove)? Progress(string info)
    {
        if (!InfoText.Fields(info).TryGetValue("rebalance", out string? line)) return null;
        Dictionary<string, string> parts = line.Split(',').Select(p => p.Split('=', 2)).Where(p => p.Length == 2).DistinctBy(p => p[0])
            .ToDictionary(p => p[0], p => p[1]);
        return double.TryParse(parts.GetValueOrDefault("slots_moved"), CultureInfo.InvariantCulture, out double moved)
            && double.TryParse(parts.GetValueOrDefault("slots_to_move"), CultureInfo.InvariantCulture, out double toMove)
                ? (moved, toMove)
                : null;
    }

    private static void Follow(RespConnection connection)
    {
        if (!IsRunning(connection, out string first) || Progress(first) is null) return;
        using var stop = new Interrupt(static () => { }); // so that the terminal gets its cursor back
        AnsiConsole.Progress().Start(context =>
        {
            ProgressTask task = context.AddTask("slots moved");
            while (!stop.Happened && IsRunning(connection, out string info) && Progress(info) is { } progress)
            {
                task.MaxValue = Math.Max(1, progress.ToMove);
                task.Value = progress.Moved;
                Thread.Sleep(LookMs);
            }

            if (!stop.Happened) task.Value = task.MaxValue;
        });
    }

    private static bool IsRunning(RespConnection connection, out string info)
    {
        info = connection.Call("INFO", "orleanskv") is { IsError: false } reply ? reply.Text : "";
        return InfoText.Fields(info).GetValueOrDefault("rebalance_running") == "1";
    }
}
