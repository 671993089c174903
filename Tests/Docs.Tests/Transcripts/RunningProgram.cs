using System.Diagnostics;
using System.Text;

namespace OrleansKv.Docs.Tests.Transcripts;

/// <summary>
/// A command that was started, with all that it has printed. It is ended, with what it has started, when this is disposed. One thread.
/// </summary>
internal sealed class RunningProgram : IDisposable
{
    /// <summary>Longest wait for output or an end, s: far beyond what a busy machine takes, so that nothing depends on its speed.</summary>
    private const int PatienceSeconds = 120;

    private readonly string _name;
    private readonly Process _process;
    private readonly StringBuilder _printed = new();
    private TaskCompletionSource _more = NewSignal();

    public RunningProgram(string name, ProcessStartInfo start)
    {
        _name = name;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Printed
    {
        get
        {
            lock (_printed) return _printed.ToString();
        }
    }

    /// <summary>Types these lines, and that there are no more.</summary>
    public void Type(IEnumerable<string> lines)
    {
        try
        {
            foreach (string line in lines) _process.StandardInput.WriteLine(line);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without reading; what it printed says why.
        }
    }

    /// <summary>Waits until what was printed is as the document shows.</summary>
    public async Task WaitUntilPrinted(Func<string, bool> isExpected, string expected)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(PatienceSeconds));
        while (true)
        {
            Task more;
            lock (_printed) more = _more.Task;
            bool ended = _process.HasExited;
            if (ended) await _process.WaitForExitAsync(); // until all that it printed was read
            if (isExpected(Printed)) return;
            if (ended) throw new InvalidOperationException($"{_name}\nended without printing\n{expected}\nIt printed:\n{Printed}");
            try
            {
                await Task.WhenAny(more, _process.WaitForExitAsync(patience.Token)).WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{_name}\nhas not printed in {PatienceSeconds} s\n{expected}\nIt printed:\n{Printed}");
            }
        }
    }

    /// <summary>Waits for the end and returns the exit code.</summary>
    public async Task<int> WaitForEnd()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(PatienceSeconds));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_name}\nhas not ended in {PatienceSeconds} s. It printed:\n{Printed}");
        }

        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_printed)
        {
            _printed.Append(line).Append('\n');
            _more.TrySetResult();
            _more = NewSignal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
