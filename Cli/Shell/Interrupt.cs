namespace OrleansKv.Cli.Shell;

/// <summary>While it lives, Ctrl-C does not end the process but runs an action, on a thread of the runtime's.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly Action _action;
    private volatile bool _happened;

    public Interrupt(Action action)
    {
        _action = action;
        Console.CancelKeyPress += OnKey;
    }

    public bool Happened => _happened;

    public void Dispose() => Console.CancelKeyPress -= OnKey;

    private void OnKey(object? sender, ConsoleCancelEventArgs e)
    {
        e.Cancel = true;
        _happened = true;
        _action();
    }
}
