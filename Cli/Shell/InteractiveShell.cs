using OrleansKv.Cli.Output;
using OrleansKv.Cli.Protocol;
using Spectre.Console;

namespace OrleansKv.Cli.Shell;

/// <summary>The prompt: reads lines, sends them, prints replies; connects again when the server was away.</summary>
internal sealed class InteractiveShell(CliOptions options)
{
    private readonly History _history = new(Console.IsInputRedirected ? null : History.DefaultPath());
    private readonly Printer _printer = new(options.Json);
    private RespConnection? _connection;
    private IReadOnlyList<string> _commands = Completion.BuiltIn;

    public int Run()
    {
        _connection = RespConnection.Open(options);
        if (Console.IsInputRedirected) return RunLines(Console.In);
        _commands = Completion.FromServer(_connection);
        AnsiConsole.MarkupLine($"[grey]Connected to {options.Host}:{options.Port}. Tab completes, Ctrl-R searches, Ctrl-D leaves.[/]");
        while (ReadLine() is { } line)
        {
            _history.Add(line);
            if (line.Trim() is "exit" or "quit") return 0;
            RunLine(line);
        }

        return 0;
    }

    private int RunLines(TextReader input)
    {
        int code = 0;
        while (input.ReadLine() is { } line) code = Math.Max(code, RunLine(line));
        return code;
    }

    private int RunLine(string line)
    {
        if (Words.Split(line) is not { } words)
        {
            Console.Error.WriteLine("kv: the quotes do not balance");
            return 2;
        }

        if (words.Count == 0) return 0;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                _connection ??= RespConnection.Open(options);
                if (Streaming.Takes(words)) return Streaming.Run(_connection, words, _printer);
                return _printer.Print(_connection.Call(words));
            }
            catch (Exception failure) when (failure is IOException or InvalidDataException or CliException)
            {
                // What was sent may or may not have run: only a connection that was dead before is tried again.
                bool wasIdle = failure is EndOfStreamException && attempt == 0 && !Console.IsInputRedirected;
                _connection?.Dispose();
                _connection = null;
                if (wasIdle) continue;
                Console.Error.WriteLine("kv: " + failure.Message);
                return 1;
            }
        }
    }

    // Null to leave.
    private string? ReadLine()
    {
        var editor = new LineEditor(_history, text => Completion.For(_commands, text));
        bool wasControl = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            Draw(editor);
            while (true)
            {
                LineResult result = editor.Key(Console.ReadKey(intercept: true));
                if (result == LineResult.Left) return Leave();
                if (result == LineResult.Cancelled)
                {
                    Console.WriteLine("^C");
                    Draw(editor);
                    continue;
                }

                if (editor.WantsClear) Console.Clear();
                if (editor.Choices.Count > 0)
                {
                    Console.WriteLine();
                    Console.WriteLine(string.Join("  ", editor.Choices));
                }

                Draw(editor);
                if (result != LineResult.Done) continue;
                Console.WriteLine();
                return editor.Text;
            }
        }
        finally
        {
            Console.TreatControlCAsInput = wasControl;
        }
    }

    private static string? Leave()
    {
        Console.WriteLine();
        return null;
    }

    private void Draw(LineEditor editor)
    {
        string prompt = editor.SearchText is { } search ? $"(search '{search}') " : $"{options.Host}:{options.Port}> ";
        Console.Write($"\r\u001b[K{prompt}{editor.Text}");
        int back = editor.Text.Length - editor.Cursor;
        if (back > 0) Console.Write($"\u001b[{back}D");
    }
}
