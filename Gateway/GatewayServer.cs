using OrleansKv.Gateway.AclLog;
using OrleansKv.Gateway.Commands;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Latency;
using OrleansKv.Gateway.Metrics;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Gateway.PubSub;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.SlowLog;

namespace OrleansKv.Gateway;

/// <summary>What all sessions of a process share. Immutable but for the parts that say otherwise; any thread.</summary>
internal sealed class GatewayServer
{
    private volatile string? _password;
    private ProtocolLimits _limits = new(512 * 1024 * 1024, int.MaxValue); // as many words as Redis takes: a command's bytes bound it

    public GatewayServer(IShardDispatcher dispatcher, TimeProvider time)
    {
        Dispatcher = dispatcher;
        Time = time;
        Pause = new PauseGate(() => NowMs);
        Notifier = new KeyspaceNotifier(PubSub);
        Commands = AllCommands.Table();
        Metrics = new ServerMetrics(Commands.NamesById());
        Latency = new LatencyMonitor(time);
        SlowCommands = new SlowCommandFilter(SlowLog, Latency);
        StartedMs = NowMs;
    }

    public IShardDispatcher Dispatcher { get; }

    /// <summary>The host: snapshots, rebalancing, nodes.</summary>
    public required IHostControl Control { get; init; }

    /// <summary>HELLO's mode and INFO's redis_mode.</summary>
    public string Mode => Control.Cluster is null ? "standalone" : "cluster";

    /// <summary>The live settings; what this object keeps of them is brought up to date by every CONFIG SET.</summary>
    public required RuntimeConfig Config
    {
        get;
        init
        {
            field = value;
            Apply(value.Current);
            value.OnChange((_, now) => Apply(now));
        }
    }

    public TimeProvider Time { get; }

    /// <summary>Counters of this front; hosts give each worker one of its <see cref="ServerMetrics.AddWorker"/>.</summary>
    public ServerMetrics Metrics { get; }

    public SlowLogBuffer SlowLog { get; } = new();

    public AclLogBuffer AclLog { get; } = new();

    public LatencyMonitor Latency { get; }

    public SlowCommandFilter SlowCommands { get; }

    /// <summary>40 hex digits, another with each start: INFO's run_id.</summary>
    public string RunId { get; } = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(20));

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

    /// <summary>What clients may leave unread before they are cut off.</summary>
    public OutputLimits OutputLimits { get; set; } = OutputLimits.Default;

    /// <summary>
    /// What one client may have the server keep for it: an unfinished command, a queue of MULTI, watched keys, subscriptions; bytes.
    /// </summary>
    public long QueryBufferLimitBytes { get; set; } = ProtocolLimits.LongestCommandBytes;

    /// <summary>Whether commands must be shown to monitors or held by a pause: the batch path is closed while they must.</summary>
    public bool IsObserved => Monitors.Any || Pause.IsActive;

    private void Apply(ServerOptions options)
    {
        Password = options.RequirePass;
        MaxClients = (int)Math.Min(options.MaxClients, int.MaxValue);
        MaxValueBytes = options.MaxValueBytes;
        OutputLimits = options.OutputLimits;
        QueryBufferLimitBytes = options.QueryBufferLimitBytes;
        _limits = _limits with { MaxCommandBytes = (int)Math.Min(options.QueryBufferLimitBytes, ProtocolLimits.LongestCommandBytes) };
        Notifier.Set(options.NotifyKeyspaceEvents);
        SlowCommands.Apply(options);
    }
}
