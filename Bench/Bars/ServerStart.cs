using System.ComponentModel;
using System.Diagnostics;
using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Bars;

/// <summary>
/// Starts a server's process. setpriv makes the kernel kill it when the thread that has started it is gone. A setting in this shell does
/// not reach it: it must not change what is measured or tested. Thread: the main one.
/// </summary>
internal static class ServerStart
{
    /// <summary>Starts it and does not wait. Throws <see cref="BenchException"/> when there is no such program.</summary>
    /// <param name="around">The program that starts it, with its arguments; none: it is started as it is.</param>
    /// <param name="program">The server's program and its arguments.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="variables">Further variables of its environment.</param>
    public static Process Run(
        IEnumerable<string> around, IEnumerable<string> program, string folder, params (string Name, string Value)[] variables)
    {
        string[] words = [.. around, "setpriv", "--pdeathsig", "KILL", .. program];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("ORLEANSKV_", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        foreach ((string name, string value) in variables) start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new BenchException($"Cannot start '{start.FileName}' (util-linux): {e.Message}.");
        }
    }

    /// <summary>Gives each line that it prints to <paramref name="line"/>, and null at the end; on a pool thread.</summary>
    public static void Read(Process process, Action<string?> line)
    {
        process.OutputDataReceived += (_, e) => line(e.Data);
        process.ErrorDataReceived += (_, e) => line(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }
}
