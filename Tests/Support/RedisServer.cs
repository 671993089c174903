using System.Diagnostics;
using System.Globalization;

namespace OrleansKv.Tests.Support;

/// <summary>A private redis-server on loopback, without persistence.</summary>
public static class RedisServer
{
    public static Process Start(int port, string folder)
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, WorkingDirectory = folder };
        foreach (string word in (string[])["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no"]) start.ArgumentList.Add(word);
        Process process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal)) return process;
        }

        throw new InvalidOperationException("redis-server ended before it was ready");
    }
}
