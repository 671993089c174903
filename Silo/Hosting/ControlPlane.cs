using System.Net;
using Microsoft.Extensions.Logging;
using OrleansKv.Engine.Io;
using OrleansKv.Gateway.Options;
using OrleansKv.Hosting;
using OrleansKv.Silo.Options;
using OrleansKv.Silo.Registers;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// This node's part in the control plane that the nodes keep themselves (ADR 0021), from before its silo starts until behind its end. Its
/// owner calls one thing at a time.
/// </summary>
internal sealed class ControlPlane(ServerOptions options, SiloOptions silo, ILoggerFactory logs) : IDisposable
{
    /// <summary>Time in which a majority must answer a node that stops, s.</summary>
    private const int LastSeconds = 1;

    /// <summary>Time between two looks whether others are still there while the node stops, ms.</summary>
    private const int LookMs = 250;

    /// <summary>Folder of this node's acceptor, in the data folder.</summary>
    private const string RegisterFolder = "registers";

    private IDisk? _newFolder; // null for one that was somebody's before, or none
    private RegisterStore? _registers;
    private QuorumMembershipTable? _table;
    private StaleSilos? _others;
    private readonly CancellationTokenSource _left = new();
    private Task _leaving = Task.CompletedTask;

    /// <summary>The registers, when they are open.</summary>
    public RegisterStore Registers => _registers!;

    /// <summary>The cluster has taken the node: its folder stays.</summary>
    public bool HasJoined { get; set; }

    /// <summary>Opens the registers. Throws <see cref="StartException"/>.</summary>
    public async Task Open(CancellationToken stop)
    {
        var wanted = new RegisterStoreOptions(silo.ClusterId, silo.NodeId,
            new IPEndPoint(SiloClustering.ListenAddress(silo.Advertise), silo.ControlPort), silo.Advertise.ToString(),
            [.. silo.Join.Select(p => new DnsEndPoint(p.Host, p.Port + SiloOptions.ControlPortOffset))], SiloClustering.LoadTls(silo));
        try
        {
            IDisk? disk = options.Persistence ? new PhysicalDisk(Path.Combine(options.DataDir, RegisterFolder)) : null;
            if (disk is { } empty && empty.List().Count == 0) _newFolder = empty;
            _registers = await RegisterStore.Start(wanted, disk, logs.CreateLogger<RegisterStore>(), stop);
        }
        catch (Exception failure) when (failure is Engine.CorruptionException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"this node's part in the cluster cannot be read: {failure.Message}");
        }
    }

    /// <summary>
    /// A cluster that is started as a whole has a majority when the others are up; until then this node waits, however long.
    /// </summary>
    public Task ReachMajority(CancellationToken stop)
    {
        _table = new QuorumMembershipTable(Registers);
        return _table.InitializeMembershipTableAsync(true, stop);
    }

    /// <summary>Behind <see cref="ReachMajority"/>: silos that stand in the table and are gone are written down.</summary>
    public Task ClearStale(CancellationToken stop)
    {
        _others = new StaleSilos(_table!, new IPEndPoint(silo.Advertise, silo.SiloPort), logs.CreateLogger<StaleSilos>());
        return _others.Clear(stop);
    }

    /// <summary>
    /// The node stops. Where nobody is left to be told, because no majority answers soon and no other silo that stood in the table does, it
    /// waits for nobody from now on. Others may stop at the same time, so it goes on looking until it has left.
    /// </summary>
    public async Task Leave()
    {
        if (_table is not null && !await LeaveIfLast()) _leaving = LeaveOnceLast();
    }

    private async Task LeaveOnceLast()
    {
        try
        {
            do await Task.Delay(LookMs, _left.Token);
            while (!await LeaveIfLast());
        }
        catch (OperationCanceledException)
        {
            // it has left
        }
    }

    private async Task<bool> LeaveIfLast()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(LastSeconds));
        try
        {
            await _table!.ReadAllAsync(patience.Token);
            return false;
        }
        catch (Exception silence) when (silence is OperationCanceledException or RegistersUnreachableException)
        {
            // Null when it is stopped while it still waits for a majority.
            if (_others is not null && await _others.IsAnyReached(_table!.Last, CancellationToken.None)) return false;
            Registers.LeaveAsLast();
            return true;
        }
    }

    /// <summary>
    /// A folder that was nobody's is that again when the node could not join: another --join, or none, may be right.
    /// </summary>
    public void Dispose()
    {
        _left.Cancel();
        _leaving.Wait();
        _registers?.Dispose();
        if (HasJoined || _newFolder is not { } folder) return;
        foreach (string name in folder.List()) folder.Delete(name);
        folder.FlushFolder();
    }
}
