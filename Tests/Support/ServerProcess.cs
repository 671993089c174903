using System.Globalization;

namespace OrleansKv.Tests.Support;

/// <summary>A real server process on loopback with a folder of its own. Started once its ready line is out.</summary>
public sealed class ServerProcess : IDisposable
{
    private readonly ChildProcess _process;
    private volatile bool _isReady;

    private ServerProcess(int port, int httpPort, string folder, string[] flags, int descriptors)
    {
        Port = port;
        HttpPort = httpPort;
        string[] words =
        [
            Path.Combine(AppContext.BaseDirectory, "orleanskv.dll"), "--port", port.ToString(CultureInfo.InvariantCulture),
            "--http-port", httpPort.ToString(CultureInfo.InvariantCulture), "--data-dir", folder, .. flags,
        ];
        // With a limit a shell sets it and becomes the server: the process id stays.
        string limit = string.Create(CultureInfo.InvariantCulture, $"ulimit -n {descriptors} && exec dotnet \"$@\"");
        _process = new ChildProcess("the server", descriptors > 0
            ? ChildProcess.Dotnet(["-c", limit, "sh", .. words], Path.GetTempPath(), "sh")
            : ChildProcess.Dotnet(words, Path.GetTempPath()), Look);
    }

    public int Port { get; }

    public int HttpPort { get; }

    public int ProcessId => _process.Id;

    public string Printed => _process.Printed;

    /// <summary>Starts a server on <paramref name="folder"/> and waits until it says that it is ready.</summary>
    public static ServerProcess Start(string folder, params string[] flags) => StartWithDescriptors(0, folder, flags);

    /// <summary>The same, allowed so many open files and sockets (<c>ulimit -n</c>).</summary>
    public static ServerProcess StartWithDescriptors(int descriptors, string folder, params string[] flags)
    {
        var server = new ServerProcess(FreePort.Next(), FreePort.Next(), folder, flags, descriptors);
        try
        {
            server._process.Await("it to be ready", () => server._isReady);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Starts a server that is expected to refuse, and returns its exit code and what it printed.</summary>
    public static (int Code, string Printed) RunToExit(string folder, params string[] flags) => RunToExitWithDescriptors(0, folder, flags);

    public static (int Code, string Printed) RunToExitWithDescriptors(int descriptors, string folder, params string[] flags)
    {
        using var server = new ServerProcess(FreePort.Next(), FreePort.Next(), folder, flags, descriptors);
        return (server.WaitForExit(), server.Printed);
    }

    public RespClient Connect() => RespClient.Connect(Port);

    /// <summary>kill -9: the process gets no chance to do anything.</summary>
    public void Kill() => _process.Kill();

    /// <summary>SIGTERM, as an operator or an init system stops it; returns the exit code.</summary>
    public int Terminate() => SignalToExit(15);

    /// <summary>SIGINT: Ctrl-C.</summary>
    public int Interrupt() => SignalToExit(2);

    /// <summary>SIGHUP: its terminal went away.</summary>
    public void HangUp() => _process.Signal(1);

    public int WaitForExit() => _process.WaitForExit();

    public void Dispose() => _process.Dispose();

    private int SignalToExit(int signal)
    {
        _process.Signal(signal);
        return WaitForExit();
    }

    private void Look(string line)
    {
        if (line.StartsWith("Ready", StringComparison.Ordinal)) _isReady = true;
    }
}
