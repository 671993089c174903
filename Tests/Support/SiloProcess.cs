using System.Globalization;

namespace OrleansKv.Tests.Support;

/// <summary>
/// A real orleanskv-silo on loopback. Its ports and its folder are chosen once, so that it can be started again as the same node; it is
/// ended by its own process id, and what it printed is in every failure message. One thread at a time.
/// </summary>
public sealed class SiloProcess : IDisposable
{
    private string _printedBefore = ""; // by its earlier starts
    private ChildProcess? _process;
    private volatile bool _isReady;

    public SiloProcess(string nodeId, string folder)
    {
        NodeId = nodeId;
        Folder = folder;
    }

    public string NodeId { get; }

    public string Folder { get; }

    public int Port { get; init; } = FreePort.Next();

    public int HttpPort { get; init; } = FreePort.Next();

    public int SiloPort { get; init; } = FreePort.NextSilo();

    /// <summary>Of its part in the control plane, where it has one.</summary>
    public int ControlPort => SiloPort + FreePort.ControlPortOffset;

    public int GatewayPort { get; init; }

    public int ProcessId => _process!.Id;

    public bool Runs => _process is { Runs: true };

    /// <summary>All that this node has printed, over all its starts.</summary>
    public string Printed => _printedBefore + _process?.Printed;

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    public SiloProcess Start(params string[] flags)
    {
        Launch(flags);
        AwaitReady();
        return this;
    }

    /// <summary>Waits until it says so, after <see cref="Launch"/>.</summary>
    public void AwaitReady() => Await("it to be ready", () => _isReady);

    /// <summary>Starts it and does not wait.</summary>
    public SiloProcess Launch(params string[] flags)
    {
        if (Runs) throw new InvalidOperationException($"{NodeId} runs already");
        _printedBefore = Printed;
        _process?.Dispose();
        _isReady = false;
        string[] words =
        [
            Path.Combine(AppContext.BaseDirectory, "orleanskv-silo.dll"), "--node-id", NodeId, "--data-dir", Folder, "--port", Text(Port),
            "--http-port", Text(HttpPort), "--silo-port", Text(SiloPort), "--gateway-port", Text(GatewayPort), "--workers", "1", .. flags,
        ];
        _process = new ChildProcess(NodeId, ChildProcess.Dotnet(words, Path.GetTempPath()), Look);
        return this;
    }

    /// <summary>Starts a node that is expected to refuse, and returns its exit code and what it printed.</summary>
    public (int Code, string Printed) RunToExit(params string[] flags)
    {
        Launch(flags);
        return (WaitForExit(), Printed);
    }

    public RespClient Connect() => RespClient.Connect(Port);

    /// <summary>One command on a connection of its own.</summary>
    public string? Call(params string[] words)
    {
        using RespClient client = Connect();
        return client.Call(words);
    }

    /// <summary>One command on all keys of the cluster, wherever they are.</summary>
    public string? CallForAll(params string[] words)
    {
        using RespClient client = Connect();
        Assert.Equal("OK", client.Call("CLIENT", "SCOPE", "CLUSTER"));
        return client.Call(words);
    }

    /// <summary>kill -9: the process gets no chance to do anything.</summary>
    public void Kill() => _process!.Kill();

    /// <summary>SIGTERM, as an operator or an init system stops it; returns the exit code.</summary>
    public int Terminate()
    {
        Signal(15);
        return WaitForExit();
    }

    /// <summary>Sends a signal and does not wait.</summary>
    public void Signal(int number) => _process!.Signal(number);

    public int WaitForExit() => _process!.WaitForExit();

    /// <summary>Waits until it has printed a text since its first start.</summary>
    public void AwaitPrinted(string text) => Await($"it to print '{text}'", () => Printed.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until it has printed a text behind so many lines.</summary>
    public void AwaitPrinted(string text, int behindLines) => Await($"it to print '{text}'", () =>
        Printed.Split('\n').Skip(behindLines).Any(line => line.Contains(text, StringComparison.Ordinal)));

    public void Dispose()
    {
        _printedBefore = Printed;
        _process?.Dispose();
        _process = null;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Await(string what, Func<bool> isTrue) => _process!.Await(what, isTrue);

    private void Look(string line)
    {
        if (line.StartsWith("Ready", StringComparison.Ordinal)) _isReady = true;
    }
}
