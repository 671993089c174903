using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Commands;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.PubSub;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway;

/// <summary>What all sessions of a process share. Immutable but for the parts that say otherwise; any thread.</summary>
internal sealed class GatewayServer
{
    private volatile string? _password;
    private ProtocolLimits _limits = new(512 * 1024 * 1024, 1024 * 1024);

    public GatewayServer(IShardDispatcher dispatcher, TimeProvider time)
    {
        Dispatcher = dispatcher;
        Time = time;
        Pause = new PauseGate(() => NowMs);
        Notifier = new KeyspaceNotifier(PubSub);
        Commands = AllCommands.Table();
        StartedMs = NowMs;
    }

    public IShardDispatcher Dispatcher { get; }

    /// <summary>The host: snapshots, rebalancing, nodes.</summary>
    public required IHostControl Control { get; init; }

    public TimeProvider Time { get; }

    public CommandTable Commands { get; }

    public SessionRegistry Sessions { get; } = new();

    public PubSubHub PubSub { get; } = new();

    public KeyspaceNotifier Notifier { get; }

    public Monitors Monitors { get; } = new();

    public PauseGate Pause { get; }

    public FaultReporter Faults { get; init; } = new();

    public long StartedMs { get; }

    /// <summary>Milliseconds since the Unix epoch.</summary>
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Null or empty: everybody may.</summary>
    public string? Password
    {
        get => _password;
        set => _password = value;
    }

    public bool RequiresPassword => !string.IsNullOrEmpty(_password);

    public ProtocolLimits Limits => _limits;

    /// <summary>Longest value, bytes.</summary>
    public int MaxValueBytes
    {
        get => _limits.MaxBulkBytes;
        set => _limits = _limits with { MaxBulkBytes = value };
    }

    public int MaxClients { get; set; } = 10_000;

    /// <summary>Bytes a client may leave unread before it is cut off.</summary>
    public long OutputLimitBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Whether commands must be shown to monitors or held by a pause: the batch path is closed while they must.</summary>
    public bool IsObserved => Monitors.Any || Pause.IsActive;
}
