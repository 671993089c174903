using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Platform;
using OrleansKv.Tests.Support;

namespace OrleansKv.Bench.Bars;

/// <summary>
/// One server process with its data folder, from its start until nothing is left of it. It is stopped by its own pid: politely, then by
/// SIGKILL; the kernel kills it even if this process is killed. A folder that it made is removed when it is disposed.
/// Thread: the main one.
/// </summary>
internal sealed class ChildServer : IDisposable
{
    private const int StartLimitMs = 120_000;
    private const int StopLimitMs = 30_000;
    private const int KeptLines = 8;

    // Fine enough for a start of 100 ms, and nothing to a server on another CPU.
    private const int PollMs = 1;

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    private ChildServer(Process process, string name, IPEndPoint endPoint, int secondPort)
    {
        _process = process;
        Name = name;
        EndPoint = endPoint;
        SecondPort = secondPort;
        ServerStart.Read(process, Keep);
    }

    public string Name { get; }
    public IPEndPoint EndPoint { get; }

    /// <summary>HTTP; of a silo the port for other silos.</summary>
    public int SecondPort { get; }

    /// <summary>From just before the process was made to its first PONG that was not an error.</summary>
    public double StartSeconds { get; private set; }

    public static ChildServer Start(
        BarsContext context, ServerCommand command, Durability durability, string dataFolder, int maxClients = 1000, bool isPinned = true)
    {
        var endPoint = new IPEndPoint(IPAddress.Loopback, FreePort.Next());
        int secondPort = command.Kind == ServerKind.Silo ? FreePort.NextSilo() : FreePort.Next();
        string cpus = isPinned ? context.Options.ServerCpu.ToString(CultureInfo.InvariantCulture) : context.BothCpus;
        IEnumerable<string> program = command.Arguments(endPoint.Port, secondPort, dataFolder, durability, maxClients, isPinned);
        context.Cancel.ThrowIfCancellationRequested();
        long began = Stopwatch.GetTimestamp();
        ChildServer? child = null;
        try
        {
            child = new ChildServer(ServerStart.Run(["taskset", "-c", cpus], program, dataFolder), command.Name, endPoint, secondPort);
            child.AwaitPong(began, context.Cancel);
            return child;
        }
        catch
        {
            child?.Dispose();
            throw;
        }
    }

    public ControlClient Connect() => new(EndPoint);

    /// <summary>Resident memory of the process, from /proc/PID/status.</summary>
    public long RssBytes()
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(6, line.Length - 6 - 2).Trim(), NumberStyles.None, CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Has the server write a snapshot of everything, in the foreground.</summary>
    public void Save()
    {
        using ControlClient client = Connect();
        client.Require("SAVE");
    }

    /// <summary>SIGKILL, and waits for the end.</summary>
    public void Kill()
    {
        _ = LinuxNative.Kill(_process.Id, LinuxNative.SigKill);
        _process.WaitForExit();
    }

    /// <summary>Sends SHUTDOWN and waits for the end.</summary>
    public void ShutDown()
    {
        try
        {
            using ControlClient client = Connect();
            (ReplyKind kind, string text) = client.Send("SHUTDOWN", "NOSAVE");
            throw new BenchException($"{Name} answered SHUTDOWN with {kind}: {text}");
        }
        catch (BenchException) when (_process.WaitForExit(StopLimitMs))
        {
            // The connection ends without a reply: so it must be.
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _ = LinuxNative.Kill(_process.Id, LinuxNative.SigTerm);
            if (!_process.WaitForExit(StopLimitMs / 6)) Kill();
        }

        _process.Dispose();
    }

    private void AwaitPong(long began, CancellationToken cancel)
    {
        byte[] ping = RespRequest.Encode("PING");
        var reply = new byte[64];
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (_process.HasExited)
            {
                _process.WaitForExit();
                throw new BenchException(
                    $"{Name} ended with code {_process.ExitCode} before it answered PING. Its last words: {LastWords()}");
            }

            if (Stopwatch.GetElapsedTime(began).TotalMilliseconds > StartLimitMs)
                throw new BenchException($"{Name} did not answer PING within {StartLimitMs / 1000} s. Its last words: {LastWords()}");
            using var socket = new Socket(
                AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = StartLimitMs };
            try
            {
                socket.Connect(EndPoint);
                socket.Send(ping);
                int received = socket.Receive(reply);
                if (reply.AsSpan(0, received).StartsWith("+PONG"u8))
                {
                    StartSeconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
                    return;
                }
            }
            catch (SocketException)
            {
                // Not listening yet.
            }

            Thread.Sleep(PollMs);
        }
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines) _lastLines.Dequeue();
        }
    }

    private string LastWords()
    {
        lock (_lastLines) return _lastLines.Count == 0 ? "(none)" : string.Join(" / ", _lastLines);
    }
}
