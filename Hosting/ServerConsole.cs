using System.Globalization;
using Microsoft.Extensions.Logging;
using OrleansKv.Engine.Recovery;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Options;
using OrleansKv.Protocol;

namespace OrleansKv.Hosting;

/// <summary>
/// What a person sees of the server on the console: the lines of a start, which are aligned and have its time once, and the log, each of
/// whose lines has its own. Any thread.
/// </summary>
internal sealed partial class ServerConsole(ServerOptions options, ILogger log)
{
    /// <summary>Time between two progress lines of a long recovery, ms.</summary>
    private const int ProgressEveryMs = 1_000;

    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private readonly Lock _lock = new();
    private long _lastProgressMs = Environment.TickCount64;

    public void Line(string text)
    {
        lock (_lock) Console.Out.WriteLine(text);
    }

    /// <summary>The first line of a start that has succeeded: when it began, which program, which process.</summary>
    public void Started(string program) => Line(string.Create(CultureInfo.InvariantCulture,
        $"Started:   {_startedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}, {program} {Gateway.Commands.ServerVersion.Own}, process "
            + $"{Environment.ProcessId}"));

    /// <summary>What an operator should know of, in whole sentences.</summary>
    public void Notice(string text) => LogNotice(text);

    /// <summary>A defect of ours, with its trace.</summary>
    public void Fault(string where, Exception failure) => LogFault(failure, where);

    public void Progress(long done, long all)
    {
        lock (_lock)
        {
            long now = Environment.TickCount64;
            if (now - _lastProgressMs < ProgressEveryMs) return;
            _lastProgressMs = now;
            Console.Out.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"Recovering: {done >> 20:N0} of {all >> 20:N0} MiB ({(all == 0 ? 100 : done * 100 / all)} %)"));
        }
    }

    public void KeepsShards(int shards, ServerOptions asked)
    {
        if (asked.ShardsGiven && asked.Shards != shards)
            Notice($"The store has {shards} shards and keeps them; 'REBALANCE {asked.Shards}' changes that while it runs.");
    }

    public void Ready(NodeStore store)
    {
        if (!options.Persistence)
        {
            Line("Data:      in memory only (--persistence off)");
        }
        else
        {
            RecoveryResult found = store.Recovery!;
            Line($"Data:      {Path.GetFullPath(options.DataDir)} (fsync "
                + $"{options.Fsync switch { Durability.Always => "always", Durability.No => "no", _ => "everysec" }})");
            Line(found.Manifest is null
                ? "Recovered: nothing, this is a new store"
                : string.Create(CultureInfo.InvariantCulture, $"Recovered: {store.Count:N0} keys ({found.Entries:N0} from snapshots, "
                + $"{found.Records:N0} records from the journal) in {found.Elapsed.TotalSeconds:F2} s"));
            if (found.TornBytes > 0)
                Line(string.Create(CultureInfo.InvariantCulture, $"           {found.TornBytes:N0} bytes of an unfinished write were cut "
                + $"off the end of the journal; they were never acknowledged as safe"));
        }

        string threads = options.Workers == 1 ? "1 I/O thread" : $"{(options.WorkersGiven ? "" : "1 to ")}{options.Workers} I/O threads";
        Line($"Shards:    {store.Map.ShardCount}, served by {threads}");
        string at = string.Join(", ", options.Bind.Select(address => ClientAddress.WithPort(address, options.Port)));
        Line($"Ready on {at}{(options.UsesTls ? " (TLS)" : "")}. Try: {ClientAddress.RedisCli(options)}");
    }

    /// <summary>Said when the HTTP port is open, not before: it may be taken.</summary>
    public void StatusPage() => Line($"Status:    {ClientAddress.StatusPage(options)}");

    [LoggerMessage(Level = LogLevel.Information, Message = "{Text}")]
    private partial void LogNotice(string text);

    [LoggerMessage(Level = LogLevel.Error, Message = "A defect, please report it: {Where}")]
    private partial void LogFault(Exception failure, string where);
}
