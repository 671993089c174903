using System.Diagnostics;
using System.Globalization;
using OrleansKv.Tests.Support;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>
/// A private redis-server 7.0 on a free loopback port: no persistence, no expiry but by access, strings dumped uncompressed. A class
/// fixture: it ends with the test class.
/// </summary>
public sealed class RedisProcess : IDisposable
{
    private readonly Process? _process;

    public RedisProcess()
    {
        if (SkipReason is not null) return;
        // Between finding a free port and Redis' taking it, somebody else can: three tries.
        for (int i = 0; i < 3 && _process is null; i++) _process = TryStart(Port = FreePort.Next());
        if (_process is null) throw new InvalidOperationException("redis-server did not start on three free ports");
    }

    /// <summary>Why tests that need a Redis cannot run here; null when they can.</summary>
    public static string? SkipReason { get; } = FindReason();

    public int Port { get; }

    public void Dispose()
    {
        if (_process is null) return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process? TryStart(int port)
    {
        string[] words =
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
            Path.GetTempPath(),
            "--enable-debug-command", "local", "--rdbcompression", "no", "--notify-keyspace-events", "EAnm",
        ];
        Process process = Start(words);
        while (process.StandardOutput.ReadLine() is { } line)
        {
            // It logs next to nothing from here on: nobody needs to read it.
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal)) return process;
        }

        process.Dispose();
        return null;
    }

    private static Process Start(string[] words)
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true };
        foreach (string word in words) start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }

    private static string? FindReason()
    {
        try
        {
            using Process process = Start(["--version"]);
            string version = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return version.Contains(" v=7.0.", StringComparison.Ordinal) ? null : $"needs redis-server 7.0, here is: {version.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "redis-server is not on the PATH";
        }
    }
}
