using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Shell;

/// <summary>SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE and MONITOR: prints what comes until Ctrl-C or until the server goes.</summary>
internal static class Streaming
{
    /// <summary>
    /// Returns the exit code. Ctrl-C leaves the connection closed; without it, the command was refused (or queued by MULTI).
    /// </summary>
    /// <exception cref="IOException">The server closed the connection.</exception>
    public static int Run(RespConnection connection, IReadOnlyList<string> words, Printer printer)
    {
        using var stop = new Interrupt(connection.Abort);
        try
        {
            RespValue first = connection.Call(words);
            bool listens = first.IsAggregate
                || (first.Type == '+' && words[0].Equals("monitor", StringComparison.OrdinalIgnoreCase) && first.Text == "OK");
            if (listens && printer.Style == PrintStyle.Typed) printer.Note(Tone.Muted, "Reading messages... (Ctrl-C ends it)");
            int code = printer.Print(first, words);
            while (listens) printer.Print(connection.Read(), words);
            return code;
        }
        catch (Exception failure) when (stop.Happened && failure is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
