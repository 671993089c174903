using OrleansKv.Cli.Output;

namespace OrleansKv.Cli.Shell;

/// <summary>
/// The terminal that this process was started in. Keys must be read between construction and <see cref="Dispose"/>: meanwhile Ctrl-C is a
/// key.
/// </summary>
internal sealed class SystemTerminal : ITerminal, IDisposable
{
    private readonly bool _wasControl = Console.TreatControlCAsInput;

    public SystemTerminal() => Console.TreatControlCAsInput = true;

    /// <summary>Whether lines can be edited here: input and output are a terminal that can move its cursor.</summary>
    public static bool IsUsable =>
        !Console.IsInputRedirected && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    public int Width => Math.Max(1, Console.WindowWidth);

    public bool HasKey => Console.KeyAvailable;

    public bool HasColours => Printer.HasColours;

    public ConsoleKeyInfo ReadKey() => Console.ReadKey(intercept: true);

    public void Write(string text) => Console.Out.Write(text);

    public void Dispose() => Console.TreatControlCAsInput = _wasControl;
}
