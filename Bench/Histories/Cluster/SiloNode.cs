using System.Diagnostics;
using System.Globalization;
using System.Net;
using OrleansKv.Bench.Bars;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Histories.Traffic;
using OrleansKv.Bench.Load;
using OrleansKv.Bench.Platform;
using OrleansKv.Tests.Support;

namespace OrleansKv.Bench.Histories.Cluster;

/// <summary>
/// A node of the cluster: its ports, its folder and its present process, which is signalled by its own id. What it prints goes to a file,
/// over all its starts. Thread: the main one.
/// </summary>
internal sealed class SiloNode : IDisposable
{
    private const int MaxClients = 1_000;
    private const int PingTimeoutMs = 1_000;
    private const int StopLimitMs = 10_000;

    private readonly string _server;
    private readonly string[] _more;
    private readonly string _folder;
    private readonly StreamWriter _log;
    private readonly string[] _enter;
    private readonly string[] _place;
    private Process? _process;

    /// <param name="number">Its number, from 0.</param>
    /// <param name="server">The silo's program.</param>
    /// <param name="more">Further arguments for it.</param>
    /// <param name="folder">Where its data folder and its log go.</param>
    /// <param name="network">Where it runs; null: on loopback.</param>
    public SiloNode(int number, string server, string[] more, string folder, NodeNetwork? network)
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"node{number + 1}");
        (_server, _more, _folder) = (Path.GetFullPath(server), more, Path.Combine(folder, Id));
        Directory.CreateDirectory(_folder);
        _log = new StreamWriter(Path.Combine(folder, Id + ".log")) { AutoFlush = true };
        EndPoint = new IPEndPoint(network?.AddressOf(number) ?? IPAddress.Loopback, FreePort.Next());
        _enter = network?.Enter(number) ?? [];
        // No TLS: nobody else is on that network.
        _place = network is null ? [] : ["--bind", Address, "--advertise", Address, "--silo-insecure", "yes", "--protected-mode", "no"];
    }

    public string Id { get; }

    public IPEndPoint EndPoint { get; }

    private string Address => EndPoint.Address.ToString();

    public int SiloPort { get; } = FreePort.NextSilo();

    public bool Runs => _process is { HasExited: false };

    /// <summary>Of the process that has ended.</summary>
    public int ExitCode => _process!.ExitCode;

    /// <summary>Starts it and does not wait.</summary>
    /// <param name="other">Through whom it joins; null: it founds the cluster.</param>
    public void Start(SiloNode? other)
    {
        if (Runs) throw new InvalidOperationException($"{Id} runs already");
        _process?.Dispose();
        string[] join = other is null ? [] : ["--join", string.Create(CultureInfo.InvariantCulture, $"{other.Address}:{other.SiloPort}")];
        string[] program = [.. ServerCommand.Start(_server), "--node-id", Id, "--replicas", "3", .. join];
        var command = new ServerCommand(Id, ServerKind.Silo, program);
        IEnumerable<string> words = command.Arguments(EndPoint.Port, SiloPort, _folder, Durability.EverySecond, MaxClients);
        Log(string.Create(CultureInfo.InvariantCulture, $"--- started at {DateTime.UtcNow:HH:mm:ss.fff} UTC"));
        // What the JIT spends on the second version of a process' code never comes back in its short life: it starts in half the time.
        // The delay is read as hexadecimal: 100 ms.
        _process = ServerStart.Run(_enter, [.. words, .. _place, .. _more], _folder,
            ("DOTNET_TieredPGO", "0"), ("DOTNET_TC_CallCountingDelayMs", "64"));
        ServerStart.Read(_process, Log);
    }

    /// <summary>Whether it answers a client.</summary>
    public bool Answers()
    {
        using var connection = HistoryConnection.TryOpen(EndPoint, PingTimeoutMs);
        return connection?.Call(["PING"]).Kind == ReplyKind.Simple;
    }

    /// <summary>Sends a signal and does not wait.</summary>
    public void Signal(int signal)
    {
        Log(string.Create(CultureInfo.InvariantCulture, $"--- signal {signal} at {DateTime.UtcNow:HH:mm:ss.fff} UTC"));
        _ = LinuxNative.Kill(_process!.Id, signal);
    }

    public void WaitForExit() => _process!.WaitForExit();

    public void Dispose()
    {
        if (Runs)
        {
            Signal(LinuxNative.SigContinue); // a stopped process hears nothing else
            Signal(LinuxNative.SigTerm);
            if (!_process!.WaitForExit(StopLimitMs))
            {
                Signal(LinuxNative.SigKill);
                WaitForExit();
            }
        }

        _process?.Dispose();
        lock (_log) _log.Dispose();
    }

    private void Log(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_log)
        {
            // The last words of a killed process may come behind the end of everything.
            if (_log.BaseStream is { CanWrite: true }) _log.WriteLine(line);
        }
    }
}
