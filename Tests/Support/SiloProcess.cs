using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace OrleansKv.Tests.Support;

/// <summary>
/// A real orleanskv-silo on loopback. Its ports and its folder are chosen once, so that it can be started again as the same node; it is
/// ended by its own process id, and what it printed is in every failure message. One thread at a time.
/// </summary>
public sealed partial class SiloProcess : IDisposable
{
    /// <summary>Longest wait for a start or an end before a test fails with what was printed, s; a start takes two or three on a busy machine.</summary>
    private const int PatienceSeconds = 90;

    private readonly StringBuilder _printed = new();
    private Process? _process;
    private TaskCompletionSource _ready = new();

    public SiloProcess(string nodeId, string folder)
    {
        NodeId = nodeId;
        Folder = folder;
    }

    public string NodeId { get; }

    public string Folder { get; }

    public int Port { get; init; } = FreePort.Next();

    public int HttpPort { get; init; } = FreePort.Next();

    public int SiloPort { get; init; } = FreePort.Next();

    public int GatewayPort { get; init; }

    public int ProcessId => _process!.Id;

    public bool Runs => _process is { HasExited: false };

    /// <summary>All that this node has printed, over all its starts.</summary>
    public string Printed
    {
        get
        {
            lock (_printed) return _printed.ToString();
        }
    }

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    public SiloProcess Start(params string[] flags)
    {
        Launch(flags);
        Await("it to be ready", () => _ready.Task.IsCompleted || !Runs);
        if (_ready.Task.IsCompleted) return this;
        throw new InvalidOperationException($"{NodeId} ended instead of becoming ready; it printed:\n{Printed}");
    }

    /// <summary>Starts it and does not wait.</summary>
    public SiloProcess Launch(params string[] flags)
    {
        if (Runs) throw new InvalidOperationException($"{NodeId} runs already");
        _process?.Dispose();
        _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "orleanskv-silo.dll"));
        string[] own =
        [
            "--node-id", NodeId, "--data-dir", Folder, "--port", Text(Port), "--http-port", Text(HttpPort), "--silo-port", Text(SiloPort),
            "--gateway-port", Text(GatewayPort), "--workers", "1",
        ];
        foreach (string word in own.Concat(flags)) start.ArgumentList.Add(word);
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("ORLEANSKV_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
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
    public void Kill()
    {
        _process!.Kill();
        WaitForExit();
    }

    /// <summary>SIGTERM, as an operator or an init system stops it; returns the exit code.</summary>
    public int Terminate()
    {
        Signal(15);
        return WaitForExit();
    }

    /// <summary>Sends a signal and does not wait.</summary>
    public void Signal(int number)
    {
        if (kill(_process!.Id, number) != 0) throw new InvalidOperationException($"kill failed with errno {Marshal.GetLastPInvokeError()}");
    }

    public int WaitForExit()
    {
        Await("it to end", () => !Runs);
        _process!.WaitForExit(); // until its output has been read, too
        return _process.ExitCode;
    }

    /// <summary>Waits until it has printed a text since its first start.</summary>
    public void AwaitPrinted(string text) => Await($"it to print '{text}'", () => Printed.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until it has printed a text behind so many lines.</summary>
    public void AwaitPrinted(string text, int behindLines) => Await($"it to print '{text}'", () =>
        Printed.Split('\n').Skip(behindLines).Any(line => line.Contains(text, StringComparison.Ordinal)));

    public void Dispose()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Await(string what, Func<bool> isTrue)
    {
        if (!SpinWait.SpinUntil(() => Wait(isTrue), TimeSpan.FromSeconds(PatienceSeconds))) throw new TimeoutException($"waited {PatienceSeconds} s for {NodeId}: {what}; it printed:\n{Printed}");
    }

    private bool Wait(Func<bool> isTrue)
    {
        if (isTrue()) return true;
        _process?.WaitForExit(20); // looked at 50 times a second
        return false;
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_printed) _printed.AppendLine(line);
        if (line.StartsWith("Ready", StringComparison.Ordinal)) _ready.TrySetResult();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
