using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace OrleansKv.Tests.Support;

/// <summary>
/// A real server process on loopback with a folder of its own. Started once its ready line is out; ended by its own id; what it printed
/// is in every failure message.
/// </summary>
public sealed partial class ServerProcess : IDisposable
{
    /// <summary>Longest wait for a start or an end before a test fails with what was printed, s; a start takes well under one.</summary>
    private const int PatienceSeconds = 60;

    private readonly Process _process;
    private readonly StringBuilder _printed = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process, int port, int httpPort)
    {
        _process = process;
        Port = port;
        HttpPort = httpPort;
    }

    public int Port { get; }

    public int HttpPort { get; }

    public int ProcessId => _process.Id;

    public string Printed
    {
        get
        {
            lock (_printed) return _printed.ToString();
        }
    }

    /// <summary>Starts a server on <paramref name="folder"/> and waits until it says that it is ready.</summary>
    public static ServerProcess Start(string folder, params string[] flags)
    {
        return Ready(Launch(FreePort.Next(), FreePort.Next(), folder, flags));
    }

    /// <summary>The same, allowed so many open files and sockets (<c>ulimit -n</c>).</summary>
    public static ServerProcess StartWithDescriptors(int descriptors, string folder, params string[] flags) =>
        Ready(Launch(FreePort.Next(), FreePort.Next(), folder, flags, descriptors));

    private static ServerProcess Ready(ServerProcess server)
    {
        Task first = Task.WhenAny(server._ready.Task, server._process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(PatienceSeconds))).GetAwaiter().GetResult();
        if (first == server._ready.Task) return server;
        string printed = server.Printed;
        server.Dispose();
        throw new InvalidOperationException("the server did not become ready; it printed:\n" + printed);
    }

    /// <summary>Starts a server that is expected to refuse, and returns its exit code and what it printed.</summary>
    public static (int Code, string Printed) RunToExit(string folder, params string[] flags)
    {
        using ServerProcess server = Launch(FreePort.Next(), FreePort.Next(), folder, flags);
        return (server.WaitForExit(), server.Printed);
    }

    public static (int Code, string Printed) RunToExitWithDescriptors(int descriptors, string folder)
    {
        using ServerProcess server = Launch(FreePort.Next(), FreePort.Next(), folder, [], descriptors);
        return (server.WaitForExit(), server.Printed);
    }

    public RespClient Connect() => RespClient.Connect(Port);

    /// <summary>kill -9: the process gets no chance to do anything.</summary>
    public void Kill()
    {
        _process.Kill();
        WaitForExit();
    }

    /// <summary>SIGTERM, as an operator or an init system stops it; returns the exit code.</summary>
    public int Terminate() => Signal(15);

    /// <summary>SIGINT: Ctrl-C.</summary>
    public int Interrupt() => Signal(2);

    /// <summary>SIGHUP: its terminal went away.</summary>
    public void HangUp() => Send(1);

    public int WaitForExit()
    {
        if (!_process.WaitForExit(TimeSpan.FromSeconds(PatienceSeconds))) throw new TimeoutException("the server did not end; it printed:\n" + Printed);
        _process.WaitForExit(); // until its output has been read, too
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static ServerProcess Launch(int port, int httpPort, string folder, string[] flags, int descriptors = 0)
    {
        var start = new ProcessStartInfo(descriptors > 0 ? "sh" : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        if (descriptors > 0)
        {
            // The shell becomes the server: the process id stays.
            foreach (string word in (string[])["-c", string.Create(CultureInfo.InvariantCulture, $"ulimit -n {descriptors} && exec dotnet \"$@\""), "sh"]) start.ArgumentList.Add(word);
        }

        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "orleanskv.dll"));
        string[] own = ["--port", port.ToString(CultureInfo.InvariantCulture), "--http-port", httpPort.ToString(CultureInfo.InvariantCulture), "--data-dir", folder];
        foreach (string word in own.Concat(flags)) start.ArgumentList.Add(word);
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("ORLEANSKV_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        var process = new Process { StartInfo = start };
        var server = new ServerProcess(process, port, httpPort);
        process.OutputDataReceived += (_, line) => server.Take(line.Data);
        process.ErrorDataReceived += (_, line) => server.Take(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_printed) _printed.AppendLine(line);
        if (line.StartsWith("Ready", StringComparison.Ordinal)) _ready.TrySetResult();
    }

    private int Signal(int signal)
    {
        Send(signal);
        return WaitForExit();
    }

    private void Send(int signal)
    {
        if (kill(_process.Id, signal) != 0) throw new InvalidOperationException($"kill failed with errno {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
