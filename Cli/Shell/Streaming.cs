using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Shell;

/// <summary>SUBSCRIBE, PSUBSCRIBE and MONITOR: prints what comes until Ctrl-C or until the server goes.</summary>
internal static class Streaming
{
    public static bool Takes(IReadOnlyList<string> words) => words[0].ToLowerInvariant() is "subscribe" or "psubscribe" or "monitor";

    public static int Run(RespConnection connection, IReadOnlyList<string> words, Printer printer)
    {
        bool stopped = false;
        void Stop(object? sender, ConsoleCancelEventArgs e)
        {
            e.Cancel = true;
            stopped = true;
            connection.Abort();
        }

        Console.TreatControlCAsInput = false;
        Console.CancelKeyPress += Stop;
        try
        {
            connection.Send(words);
            while (true) printer.Print(connection.Read());
        }
        catch (Exception end) when (stopped && end is IOException or ObjectDisposedException)
        {
            return 0;
        }
        finally
        {
            Console.CancelKeyPress -= Stop;
        }
    }
}
