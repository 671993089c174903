using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace OrleansKv.Tests.Support;

/// <summary>
/// A program that a test has started, and every line that it has printed on either stream, which each of its errors carries. It is ended by
/// its own id, with what it has started, when this is disposed. Any thread.
/// </summary>
public sealed partial class ChildProcess : IDisposable
{
    /// <summary>Longest wait for output or an end before a test fails, s: far beyond what a busy machine takes.</summary>
    public const int PatienceSeconds = 120;

    private readonly string _name;
    private readonly Process _process;
    private readonly Action<string> _printedLine;
    private readonly StringBuilder _printed = new();
    private TaskCompletionSource _more = NewSignal();

    /// <param name="name">What it is called in errors.</param>
    /// <param name="start">Its program, arguments and folder.</param>
    /// <param name="printedLine">Hears of each line, on a pool thread; may be null.</param>
    public ChildProcess(string name, ProcessStartInfo start, Action<string>? printedLine = null)
    {
        _name = name;
        _printedLine = printedLine ?? (static _ => { });
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool Runs => !_process.HasExited;

    public StreamWriter Input => _process.StandardInput;

    public string Printed
    {
        get
        {
            lock (_printed) return _printed.ToString();
        }
    }

    /// <summary>
    /// A start of one of the product's programs, without what this process' environment says of its settings, and with SIGINT as a
    /// terminal's programs have it: a shell script's background jobs, and all that they start, ignore it.
    /// </summary>
    public static ProcessStartInfo Dotnet(IEnumerable<string> words, string folder, string program = "dotnet")
    {
        var start = new ProcessStartInfo("env", ["--default-signal=INT", program, .. words]) { WorkingDirectory = folder };
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("ORLEANSKV_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        // A process that lives for seconds never earns back what the JIT spends on its code's second version: with these a silo's start
        // takes 2.8 s of processor time instead of 6.6 s (to 1.5 s behind "Ready"), half of the suite's. The runtime reads numbers as
        // hexadecimal.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "64";
        return start;
    }

    /// <summary>
    /// Waits until something is true that its output or its end makes true. Throws <see cref="InvalidOperationException"/> when it has
    /// ended before that, and <see cref="TimeoutException"/> after <see cref="PatienceSeconds"/>.
    /// </summary>
    public void Await(string what, Func<bool> isTrue) => AwaitAsync(what, isTrue).GetAwaiter().GetResult();

    public async Task AwaitAsync(string what, Func<bool> isTrue)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(PatienceSeconds));
        while (true)
        {
            Task more;
            lock (_printed) more = _more.Task;
            bool ended = !Runs;
            if (ended) await _process.WaitForExitAsync(CancellationToken.None); // until all that it printed was read
            if (isTrue()) return;
            if (ended) throw new InvalidOperationException($"{_name} ended before {what}; it printed:\n{Printed}");
            try
            {
                await Task.WhenAny(more, _process.WaitForExitAsync(patience.Token)).WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"waited {PatienceSeconds} s for {_name}: {what}; it printed:\n{Printed}");
            }
        }
    }

    /// <summary>Waits until it has ended and all that it printed was read; returns the exit code.</summary>
    public int WaitForExit()
    {
        Await("it to end", () => !Runs);
        return _process.ExitCode;
    }

    /// <summary>kill -9, and waits: the process gets no chance to do anything.</summary>
    public void Kill()
    {
        _process.Kill();
        WaitForExit();
    }

    /// <summary>Sends a signal and does not wait.</summary>
    public void Signal(int number)
    {
        if (kill(_process.Id, number) != 0) throw new InvalidOperationException($"kill failed with errno {Marshal.GetLastPInvokeError()}");
    }

    public void Dispose()
    {
        if (Runs) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        TaskCompletionSource more;
        lock (_printed)
        {
            _printed.Append(line).Append('\n');
            more = _more;
            _more = NewSignal();
        }

        _printedLine(line);
        more.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
