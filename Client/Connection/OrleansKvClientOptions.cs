using OrleansKv.Client.Connection;

namespace OrleansKv.Client;

/// <summary>Where an OrleansKv cluster is, and how to connect to it.</summary>
public sealed class OrleansKvClientOptions
{
    /// <summary>The port of a node for clients unless an endpoint names another: what <c>--gateway-port</c> is by default.</summary>
    public const int DefaultPort = 30000;

    /// <summary>
    /// Nodes that can be asked, as <c>host:port</c>: an address or a DNS name, each with the port that the node's <c>--gateway-port</c>
    /// says (30000 if none is named). One that answers is enough; a name is looked up again every minute, and may stand for several
    /// nodes.
    /// </summary>
    public IList<string> Endpoints { get; } = [];

    /// <summary>The nodes' <c>--cluster-id</c>; "orleanskv" by default, as theirs.</summary>
    public string ClusterId { get; set; } = "orleanskv";

    /// <summary>Certificates, when the nodes have theirs; null for none.</summary>
    public OrleansKvTlsOptions? Tls { get; set; }

    /// <summary>How long a start tries to reach a node before it fails with the reason; 5 s by default, at most 1 hour.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an operation waits for its answer before its outcome counts as unknown; 30 s by default.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What is wrong with these options, in a sentence; null when nothing is.</summary>
    internal string? Problem()
    {
        const string Example = "for example \"127.0.0.1:30000\"";
        if (Endpoints.Count == 0) return $"{nameof(Endpoints)} is empty: name a node, {Example}";
        if (Endpoints.FirstOrDefault(static e => !NodeEndpoint.TryParse(e, out _)) is { } bad)
            return $"the endpoint '{bad}' is none: use HOST:PORT, {Example}";
        if (string.IsNullOrWhiteSpace(ClusterId)) return $"{nameof(ClusterId)} is empty: use the nodes' --cluster-id";
        if (!IsWait(ConnectTimeout)) return $"{nameof(ConnectTimeout)} is {ConnectTimeout}: use more than 0 and at most 1 hour";
        if (!IsWait(ResponseTimeout)) return $"{nameof(ResponseTimeout)} is {ResponseTimeout}: use more than 0 and at most 1 hour";
        return Tls is { } tls && (tls.CertificateFile.Length == 0 || tls.KeyFile.Length == 0 || tls.AuthorityFile.Length == 0)
            ? $"{nameof(Tls)} needs {nameof(tls.CertificateFile)}, {nameof(tls.KeyFile)} and {nameof(tls.AuthorityFile)}"
            : null;
    }

    private static bool IsWait(TimeSpan time) => time > TimeSpan.Zero && time <= TimeSpan.FromHours(1);
}
