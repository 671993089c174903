using System.Globalization;

namespace OrleansKv.Bench.Bars;

/// <summary>
/// A server to start: its name in the table, its kind, its program with the arguments that are always given, and how it is told what to
/// do. Immutable.
/// </summary>
internal sealed record ServerCommand(string Name, ServerKind Kind, string[] Program)
{
    /// <summary>
    /// The command line. Pinned to one processor a server of ours is told to use one I/O thread; otherwise it has its own default.
    /// </summary>
    public IEnumerable<string> Arguments(
        int port, int httpPort, string dataFolder, Durability durability, int maxClients, bool isPinned = true) =>
        Program.Concat(Kind switch
        {
            ServerKind.Redis => Redis(port, dataFolder, durability, maxClients),
            ServerKind.Silo =>
            [
                .. OrleansKv(port, 0, dataFolder, durability, maxClients, isPinned), "--silo-port", Text(httpPort), "--gateway-port", "0",
            ],
            _ => OrleansKv(port, httpPort, dataFolder, durability, maxClients, isPinned),
        });

    public static ServerCommand Ours(BarsOptions options) =>
        new("ours", options.Kind, [.. Start(options.Server), .. options.ServerArguments]);

    public static ServerCommand Reference(BarsOptions options) => options.Embedded.Length > 0
        ? new("embedded", ServerKind.OrleansKv, Start(options.Embedded))
        : new("redis", ServerKind.Redis, [options.Redis]);

    /// <summary>The beginning of a command line: a .dll is started by dotnet.</summary>
    public static string[] Start(string program) =>
        program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ["dotnet", program] : [program];

    // No rewriting of its log while it is measured: that would only cost Redis.
    private static IEnumerable<string> Redis(int port, string dataFolder, Durability durability, int maxClients) =>
    [
        "--port", Text(port), "--bind", "127.0.0.1", "--dir", dataFolder, "--save", "", "--maxclients", Text(maxClients),
        .. durability is Durability.EverySecond or Durability.Always
            ? new[] { "--appendonly", "yes", "--appendfsync", durability == Durability.Always ? "always"
                : "everysec", "--auto-aof-rewrite-percentage", "0" }
            : ["--appendonly", "no"],
    ];

    private static IEnumerable<string> OrleansKv(
        int port, int httpPort, string dataFolder, Durability durability, int maxClients, bool isPinned) =>
    [
        "--port", Text(port), "--http-port", Text(httpPort), "--data-dir", dataFolder, "--shards", "32",
        .. isPinned ? new[] { "--workers", "1" } : [],
        .. durability == Durability.Off
            ? new[] { "--persistence", "off" }
            : ["--persistence", "on", "--fsync", durability == Durability.Always ? "always" : "everysec"],
        // Only where the default may not do.
        .. maxClients > 9000 ? new[] { "--maxclients", Text(maxClients) } : [],
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
