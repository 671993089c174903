using System.Diagnostics;
using System.Text;

namespace OrleansKv.Samples.Tests;

/// <summary>
/// A sample as a reader starts it, in a process of its own; ended by its own id. What it printed is in every failure message.
/// </summary>
internal sealed class Sample : IDisposable
{
    /// <summary>Longest wait for a line or an end before a test fails with what was printed, s; a sample takes a few.</summary>
    private const int PatienceSeconds = 90;

    private readonly StringBuilder _printed = new();
    private readonly Process _process;

    private Sample(string name, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.ArgumentList.Add(ProgramOf(name));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    // In the sample's own output folder, with the files that it was built with: the test's folder lacks those that ASP.NET's framework has.
    private static string ProgramOf(string name)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory); // Tests/Samples.Tests/bin/Release/net10.0
        string root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(root, "samples", name, "bin", output.Parent.Name, output.Name, name + ".dll");
    }

    public string Printed
    {
        get
        {
            lock (_printed) return _printed.ToString();
        }
    }

    /// <summary>Starts one that goes on until it is stopped.</summary>
    public static Sample Start(string name, string folder, params string[] arguments) => new(name, folder, arguments);

    /// <summary>Runs one to its end; returns its exit code and what it printed.</summary>
    public static (int Code, string Printed) Run(string name, string folder, params string[] arguments)
    {
        using var sample = new Sample(name, folder, arguments);
        if (!sample._process.WaitForExit(TimeSpan.FromSeconds(PatienceSeconds)))
            throw new TimeoutException($"{name} did not end; it printed:\n{sample.Printed}");
        sample._process.WaitForExit(); // until its output has been read, too
        return (sample._process.ExitCode, sample.Printed);
    }

    /// <summary>Waits until it has printed a text.</summary>
    public void AwaitPrinted(string text)
    {
        long start = Stopwatch.GetTimestamp();
        while (!Printed.Contains(text, StringComparison.Ordinal))
        {
            if (_process.WaitForExit(20) || Stopwatch.GetElapsedTime(start).TotalSeconds > PatienceSeconds)
                throw new TimeoutException($"waited for '{text}'; it printed:\n{Printed}");
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_printed) _printed.AppendLine(line);
    }
}
