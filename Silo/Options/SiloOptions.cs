using System.Net;
using OrleansKv.Gateway.Options;

namespace OrleansKv.Silo.Options;

/// <summary>The values of <see cref="SiloSettings"/>, typed. Immutable.</summary>
internal sealed record SiloOptions
{
    public required string NodeId { get; init; }

    public required string ClusterId { get; init; }

    public required ClusterKind Cluster { get; init; }

    /// <summary>
    /// How far the port of a node's registers is above its silo port: as Redis Cluster's bus port is above a node's. Who knows the one
    /// knows the other.
    /// </summary>
    public const int ControlPortOffset = 10_000;

    /// <summary>Silo ports of nodes that run; empty for the first node, and with a database.</summary>
    public required IReadOnlyList<DnsEndPoint> Join { get; init; }

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

    /// <summary>Copies of each shard.</summary>
    public required int Replicas { get; init; }

    /// <summary>Copies on which a write must be.</summary>
    public required int WriteQuorum { get; init; }

    /// <summary>Copies that elect a leader; 0: the least that the write quorum allows.</summary>
    public required int ReadQuorum { get; init; }

    /// <summary>Null: none is given up.</summary>
    public required string? ReplacedStore { get; init; }

    /// <summary>FAULT may put faults in on purpose.</summary>
    public bool EnablesFaults { get; init; }

    public required DashboardMode Dashboard { get; init; }

    public bool UsesTls => TlsCert.Length > 0;

    /// <summary>Port of the registers, with quorum.</summary>
    public int ControlPort => SiloPort + ControlPortOffset;

    public static SiloOptions From(SettingValues values) => new()
    {
        NodeId = values.Get<string>("node-id"),
        ClusterId = values.Get<string>("cluster-id"),
        Cluster = values.Get<ClusterKind>("cluster"),
        Join = values.Get<List<DnsEndPoint>>("join"),
        Postgres = values.Get<string>("postgres"),
        SiloPort = checked((int)values.Get<long>("silo-port")),
        GatewayPort = checked((int)values.Get<long>("gateway-port")),
        Advertise = values.Get<IPAddress[]>("advertise")[0],
        TlsCert = values.Get<string>("silo-tls-cert"),
        TlsKey = values.Get<string>("silo-tls-key"),
        TlsCa = values.Get<string>("silo-tls-ca"),
        IsInsecure = values.Get<bool>("silo-insecure"),
        Replicas = checked((int)values.Get<long>("replicas")),
        WriteQuorum = values.Get<long>("write-quorum") is > 0 and var w ? checked((int)w)
            : (checked((int)values.Get<long>("replicas")) / 2) + 1,
        ReadQuorum = checked((int)values.Get<long>("read-quorum")),
        ReplacedStore = values.Get<string>("replace-lost-data") is { Length: > 0 } store ? store : null,
        EnablesFaults = values.Get<bool>("enable-faults"),
        Dashboard = values.Get<DashboardMode>("dashboard"),
    };

    /// <summary>Combinations that cannot be, in one line; null when all is well.</summary>
    public string? Check(ServerOptions server)
    {
        if (Cluster == ClusterKind.Postgres && Postgres.Length == 0) return "--cluster postgres needs a database: set --postgres";
        if (Cluster == ClusterKind.Postgres && Join.Count > 0)
            return "--join is for --cluster quorum: with postgres the nodes find each other in the database";
        if (Cluster == ClusterKind.Quorum && Postgres.Length > 0)
            return "--postgres is given, but --cluster is quorum: set --cluster postgres";
        if (Join.Count > 0 && Join.All(p => p.Port == SiloPort && p.Host == Advertise.ToString()))
            return $"--join {EndpointListType.Text(Join[0])} is this node itself: leave it out on the first node";
        if (TlsCert.Length > 0 != TlsKey.Length > 0 || TlsCert.Length > 0 != TlsCa.Length > 0)
            return "--silo-tls-cert, --silo-tls-key and --silo-tls-ca belong together: set all three or none";
        if (Advertise.Equals(IPAddress.Any) || Advertise.Equals(IPAddress.IPv6Any))
            return $"--advertise {Advertise} is no address that others could connect to: name this machine's own";
        if (!IPAddress.IsLoopback(Advertise) && !UsesTls && !IsInsecure)
            return $"--advertise {Advertise} opens --silo-port and --gateway-port to other machines, which need no password there: set "
            + $"--silo-tls-cert, --silo-tls-key and --silo-tls-ca, or allow it with --silo-insecure yes where only the cluster's "
            + $"machines reach them";
        if (WriteQuorum > Replicas) return $"--write-quorum {WriteQuorum} is more than --replicas {Replicas}: no write would be done";
        if (ReadQuorum > Replicas) return $"--read-quorum {ReadQuorum} is more than --replicas {Replicas}: no leader would be elected";
        if (ReadQuorum > 0 && ReadQuorum + WriteQuorum <= Replicas)
            return $"--read-quorum {ReadQuorum} and --write-quorum {WriteQuorum} of {Replicas} copies need not share one: a new leader "
            + $"could miss acknowledged writes. Their sum must be more than --replicas {Replicas}";
        int[] ports = [.. new[] { server.Port, server.HttpPort, SiloPort, GatewayPort }.Where(p => p > 0)];
        if (ports.Distinct().Count() < ports.Length) return "--port, --http-port, --silo-port and --gateway-port must all differ";
        return Cluster == ClusterKind.Quorum && ports.Contains(ControlPort)
            ? $"port {ControlPort} is the one of the registers, {ControlPortOffset} above --silo-port: choose others"
            : null;
    }
}
