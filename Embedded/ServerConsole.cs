using System.Globalization;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Recovery;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Options;

namespace OrleansKv.Embedded;

/// <summary>What a person sees of the server on the console. Lines are short; troubles go to standard error, faults of ours with their trace.</summary>
internal sealed class ServerConsole(ServerOptions options)
{
    /// <summary>Time between two progress lines of a long recovery, ms.</summary>
    private const int ProgressEveryMs = 1_000;

    private readonly Lock _lock = new();
    private long _lastProgressMs = Environment.TickCount64;

    public void Line(string text)
    {
        lock (_lock) Console.Out.WriteLine(text);
    }

    public void Fault(string where, Exception failure)
    {
        lock (_lock) Console.Error.WriteLine($"orleanskv: a defect, please report it: {where}: {failure}");
    }

    /// <summary>What an operator must see to: on standard error.</summary>
    public void Trouble(string text)
    {
        lock (_lock) Console.Error.WriteLine($"orleanskv: {text}");
    }

    public void Progress(long done, long all)
    {
        lock (_lock)
        {
            long now = Environment.TickCount64;
            if (now - _lastProgressMs < ProgressEveryMs) return;
            _lastProgressMs = now;
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Recovering: {done >> 20:N0} of {all >> 20:N0} MiB ({(all == 0 ? 100 : done * 100 / all)} %)"));
        }
    }

    public void KeepsShards(int shards, ServerOptions asked)
    {
        if (asked.ShardsGiven && asked.Shards != shards)
            Line($"The store has {shards} shards and keeps them; 'REBALANCE {asked.Shards}' changes that while it runs.");
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
            Line($"Data:      {Path.GetFullPath(options.DataDir)} (fsync {options.Fsync switch { Durability.Always => "always", Durability.No => "no", _ => "everysec" }})");
            Line(found.Manifest is null
                ? "Recovered: nothing, this is a new store"
                : string.Create(CultureInfo.InvariantCulture, $"Recovered: {store.Count:N0} keys ({found.Entries:N0} from snapshots, {found.Records:N0} records from the journal) in {found.Elapsed.TotalSeconds:F2} s"));
            if (found.TornBytes > 0)
                Line(string.Create(CultureInfo.InvariantCulture, $"           {found.TornBytes:N0} bytes of an unfinished write were cut off the end of the journal; they were never acknowledged as safe"));
        }

        string threads = options.Workers == 1 ? "1 I/O thread" : $"{(options.WorkersGiven ? "" : "1 to ")}{options.Workers} I/O threads";
        Line($"Shards:    {store.Map.ShardCount}, served by {threads}");
        string at = string.Join(", ", options.Bind.Select(address => ClientAddress.WithPort(address, options.Port)));
        Line($"Ready on {at}{(options.UsesTls ? " (TLS)" : "")}. Try: {ClientAddress.RedisCli(options)}");
    }

    /// <summary>Said when the HTTP port is open, not before: it may be taken.</summary>
    public void StatusPage() => Line($"Status:    {ClientAddress.StatusPage(options)}");
}
