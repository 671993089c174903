using System.Diagnostics;
using System.Globalization;
using System.Net;
using OrleansKv.Bench.Cli;

namespace OrleansKv.Bench.Histories.Cluster;

/// <summary>
/// A network namespace for each node, and a bridge to all of them, on which this process is, too: so that the way from one node to another
/// can be cut while clients still reach both. Needs Linux, root, and iproute2. What it makes is named after this process, and taken away
/// by <see cref="Dispose"/>; a namespace that a killed run leaves behind is harmless. Thread: the main one.
/// </summary>
internal sealed class NodeNetwork : IDisposable
{
    /// <summary>Host of the bridge's own address, beyond those of the nodes.</summary>
    private const int BridgeHost = 254;

    private const string NobodysHardware = "02:00:00:00:00:01";

    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"okv{Environment.ProcessId}");
    private readonly byte _subnet = (byte)(Environment.ProcessId % BridgeHost);
    private readonly int _nodes;
    private readonly List<(int From, int To)> _cuts = [];

    public NodeNetwork(int nodes)
    {
        _nodes = nodes;
        try
        {
            Ip("link", "add", Bridge, "type", "bridge");
            Ip("address", "add", $"{AddressAt(BridgeHost)}/24", "dev", Bridge);
            Ip("link", "set", Bridge, "up");
            for (int node = 0; node < nodes; node++) Connect(node);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private string Bridge => _prefix + "b";

    /// <summary>A node's address.</summary>
    public IPAddress AddressOf(int node) => AddressAt(node + 1);

    /// <summary>What a command line begins with that runs there.</summary>
    public string[] Enter(int node) => ["ip", "netns", "exec", Namespace(node)];

    /// <summary>What one node sends to another is dropped from now on; what comes the other way arrives.</summary>
    public void Cut(int from, int to)
    {
        // To an address of hardware that nobody has: unlike a route that drops, it lets the sender believe that it sends.
        Ip("-n", Namespace(from), "neigh", "replace", $"{AddressOf(to)}", "lladdr", NobodysHardware, "dev", "eth0", "nud", "permanent");
        _cuts.Add((from, to));
    }

    /// <summary>Ends all cuts.</summary>
    public void Heal()
    {
        foreach ((int from, int to) in _cuts) Ip("-n", Namespace(from), "neigh", "delete", $"{AddressOf(to)}", "dev", "eth0");
        _cuts.Clear();
    }

    public void Dispose()
    {
        for (int node = 0; node < _nodes; node++) TryIp("netns", "delete", Namespace(node));
        TryIp("link", "delete", Bridge);
    }

    private void Connect(int node)
    {
        string name = Namespace(node), outside = string.Create(CultureInfo.InvariantCulture, $"{_prefix}v{node}");
        Ip("netns", "add", name);
        Ip("link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", name);
        Ip("link", "set", outside, "master", Bridge, "up");
        Ip("-n", name, "address", "add", $"{AddressOf(node)}/24", "dev", "eth0");
        Ip("-n", name, "link", "set", "eth0", "up");
        Ip("-n", name, "link", "set", "lo", "up");
    }

    private string Namespace(int node) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{node}");

    // 198.18.0.0/15 is kept for benchmarks (RFC 2544): nobody routes it.
    private IPAddress AddressAt(int host) => new([198, 18, _subnet, (byte)host]);

    private static void Ip(params string[] words)
    {
        if (TryIp(words) is { } problem)
            throw new BenchException($"--network needs root and iproute2: 'ip {string.Join(' ', words)}' failed: {problem}");
    }

    // Null, or what was wrong.
    private static string? TryIp(params string[] words)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("ip", words) { RedirectStandardError = true })!;
            string said = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : said.Length == 0 ? $"exit code {process.ExitCode}" : said;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return missing.Message;
        }
    }
}
