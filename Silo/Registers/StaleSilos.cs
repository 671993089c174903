using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using SiloOptions = OrleansKv.Silo.Options.SiloOptions;

namespace OrleansKv.Silo.Registers;

/// <summary>
/// Silos that stand in the membership and are gone, when a cluster is started anew and not all of its nodes come back: a silo that joins
/// waits until it has reached all that are said to run, and nobody runs who could vote the others dead. So where no silo takes a
/// connection, those are dead that refuse it, or do not answer for <see cref="PatienceMs"/>. Once, before this node's silo starts.
/// </summary>
internal sealed partial class StaleSilos(QuorumMembershipTable table, IPEndPoint self, ILogger log)
{
    /// <summary>A machine that does not answer for so long is not there, ms; one that refuses has no silo at that port.</summary>
    private const int PatienceMs = 2_000;

    private const int ConnectMs = 1_000;

    private const int PauseMs = 100;

    public async Task Clear(CancellationToken stop)
    {
        long started = Environment.TickCount64;
        while (true)
        {
            try
            {
                if (await TryClear(Environment.TickCount64 - started >= PatienceMs, stop)) return;
            }
            catch (RegistersUnreachableException)
            {
                // a majority was there and is not now: it is waited for
            }

            await Task.Delay(PauseMs, stop);
        }
    }

    /// <summary>Whether some silo of the table, this one's left out, takes a connection.</summary>
    public async Task<bool> IsAnyReached(MembershipTableData data, CancellationToken stop)
    {
        bool?[] reached = await Reach(RunningOf(data), stop);
        return reached.Contains(true);
    }

    private static Task<bool?[]> Reach((MembershipEntry Entry, string Tag)[] silos, CancellationToken stop) =>
        Task.WhenAll(silos.Select(m => IsReached(m.Entry.SiloAddress.Endpoint, stop)));

    // An earlier life of this silo is Orleans' to end.
    private (MembershipEntry Entry, string Tag)[] RunningOf(MembershipTableData data) => [.. data.Members
        .Where(m => m.Item1.Status != SiloStatus.Dead && !m.Item1.SiloAddress.Endpoint.Equals(self)).Select(m => (m.Item1, m.Item2))];

    // One row a call, for each changes the table's version. A silo is gone only if its node's registers do not answer either: with its port
    // alone out of reach it is this node that must not join.
    private async Task<bool> TryClear(bool isOver, CancellationToken stop)
    {
        MembershipTableData data = await table.ReadAllAsync(stop);
        (MembershipEntry Entry, string Tag)[] running = RunningOf(data);
        bool?[] reached = await Reach(running, stop);
        if (running.Length == 0 || reached.Contains(true)) return true; // who runs sees to the others
        foreach (((MembershipEntry entry, string tag), bool? answers) in running.Zip(reached))
        {
            IPEndPoint at = entry.SiloAddress.Endpoint;
            bool? registers = await IsReached(new IPEndPoint(at.Address, at.Port + SiloOptions.ControlPortOffset), stop);
            if (registers == true) continue;
            if (!isOver && (answers is null || registers is null)) return false;
            entry.Status = SiloStatus.Dead;
            if (await table.UpdateRowAsync(entry, tag, data.Version.Next(), stop)) LogGone(entry.SiloName, at);
            return false;
        }

        return true;
    }

    // Null when nobody answers.
    private static async Task<bool?> IsReached(IPEndPoint silo, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(ConnectMs);
        using var socket = new Socket(silo.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(silo, patience.Token);
            return true;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Node {Node} at {Silo} was said to run and does not: it is down until it is back")]
    private partial void LogGone(string node, IPEndPoint silo);
}
