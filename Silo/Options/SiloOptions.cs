using System.Net;
using OrleansKv.Gateway.Options;

namespace OrleansKv.Silo.Options;

/// <summary>The values of <see cref="SiloSettings"/>, typed. Immutable.</summary>
internal sealed record SiloOptions
{
    public required string NodeId { get; init; }

    public required string ClusterId { get; init; }

    public required ClusterKind Cluster { get; init; }

    /// <summary>Null for the first node, and with a database.</summary>
    public required IPEndPoint? Join { get; init; }

    public required string Postgres { get; init; }

    public required int SiloPort { get; init; }

    /// <summary>0: none.</summary>
    public required int GatewayPort { get; init; }

    public required IPAddress Advertise { get; init; }

    /// <summary>Empty: no TLS between nodes.</summary>
    public required string TlsCert { get; init; }

    public required string TlsKey { get; init; }

    public required string TlsCa { get; init; }

    /// <summary>Beyond loopback without TLS.</summary>
    public required bool IsInsecure { get; init; }

    /// <summary>Null: none is given up.</summary>
    public required string? ReplacedStore { get; init; }

    public required DashboardMode Dashboard { get; init; }

    public bool UsesTls => TlsCert.Length > 0;

    /// <summary>Silo endpoint of the first node with dev clustering; null with a database.</summary>
    public IPEndPoint? Primary => Cluster == ClusterKind.Postgres ? null : Join ?? new IPEndPoint(Advertise, SiloPort);

    public static SiloOptions From(SettingValues values) => new()
    {
        NodeId = values.Get<string>("node-id"),
        ClusterId = values.Get<string>("cluster-id"),
        Cluster = values.Get<ClusterKind>("cluster"),
        Join = values.Get<string>("join") is { Length: > 0 } join ? EndpointType.Resolve(join) : null,
        Postgres = values.Get<string>("postgres"),
        SiloPort = checked((int)values.Get<long>("silo-port")),
        GatewayPort = checked((int)values.Get<long>("gateway-port")),
        Advertise = values.Get<IPAddress[]>("advertise")[0],
        TlsCert = values.Get<string>("silo-tls-cert"),
        TlsKey = values.Get<string>("silo-tls-key"),
        TlsCa = values.Get<string>("silo-tls-ca"),
        IsInsecure = values.Get<bool>("silo-insecure"),
        ReplacedStore = values.Get<string>("replace-lost-data") is { Length: > 0 } store ? store : null,
        Dashboard = values.Get<DashboardMode>("dashboard"),
    };

    /// <summary>Combinations that cannot be, in one line; null when all is well.</summary>
    public string? Check(ServerOptions server)
    {
        if (Cluster == ClusterKind.Postgres && Postgres.Length == 0) return "--cluster postgres needs a database: set --postgres";
        if (Cluster == ClusterKind.Postgres && Join is not null)
            return "--join is for --cluster dev: with postgres the nodes find each other in the database";
        if (Cluster == ClusterKind.Dev && Postgres.Length > 0) return "--postgres is given, but --cluster is dev: set --cluster postgres";
        if (Join is not null && Join.Equals(new IPEndPoint(Advertise, SiloPort)))
            return $"--join {Join} is this node itself: leave it out on the first node";
        if (TlsCert.Length > 0 != TlsKey.Length > 0 || TlsCert.Length > 0 != TlsCa.Length > 0)
            return "--silo-tls-cert, --silo-tls-key and --silo-tls-ca belong together: set all three or none";
        if (Advertise.Equals(IPAddress.Any) || Advertise.Equals(IPAddress.IPv6Any))
            return $"--advertise {Advertise} is no address that others could connect to: name this machine's own";
        if (!IPAddress.IsLoopback(Advertise) && !UsesTls && !IsInsecure)
            return $"--advertise {Advertise} opens --silo-port and --gateway-port to other machines, which need no password there: set "
            + $"--silo-tls-cert, --silo-tls-key and --silo-tls-ca, or allow it with --silo-insecure yes where only the cluster's "
            + $"machines reach them";
        int[] ports = [.. new[] { server.Port, server.HttpPort, SiloPort, GatewayPort }.Where(p => p > 0)];
        return ports.Distinct().Count() == ports.Length ? null : "--port, --http-port, --silo-port and --gateway-port must all differ";
    }
}
