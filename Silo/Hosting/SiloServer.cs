using System.Net;
using System.Net.Security;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Dashboard;
using Orleans.Hosting;
using Orleans.Runtime;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Http;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Transport;
using OrleansKv.Grains;
using OrleansKv.Grains.Node;
using OrleansKv.Grains.Replication;
using OrleansKv.Hosting;
using OrleansKv.Hosting.Logging;
using OrleansKv.Protocol;
using OrleansKv.Silo.Dispatch;
using OrleansKv.Silo.Options;
using OrleansKv.Silo.Postgres;
using OrleansKv.Silo.Registers;
using OrleansKv.Silo.Replication;

namespace OrleansKv.Silo.Hosting;

/// <summary>
/// One node: its store, its silo, then its gateway, in this order; and back. Started and stopped by the main thread; a signal or SHUTDOWN
/// asks it to stop.
/// </summary>
internal sealed class SiloServer : IAsyncDisposable
{
    /// <summary>Time for the silo to hand its grains over when it stops, s.</summary>
    private const int StopSeconds = 20;

    /// <summary>
    /// Time in which a silo must start when it reaches the membership but not all that stand in it, s: longer than a death takes to be
    /// seen.
    /// </summary>
    private const int JoinSeconds = 60;

    /// <summary>How long a node waits at start for what it needs, its database or the first node, s.</summary>
    private const int WaitSeconds = 30;

    /// <summary>Time after which it says what it waits for, s: a start takes one or two.</summary>
    private const int PatienceSeconds = 5;

    /// <summary>
    /// Longest time for the journal's last flush when the process must end, s; a disk that hangs longer keeps nothing more.
    /// </summary>
    private const int FlushSeconds = 5;

    /// <summary>
    /// As <see cref="ServerParts.OwnDescriptors"/>; Orleans has more assemblies, and connections to the other nodes and clients of its own.
    /// </summary>
    private const int OwnDescriptors = 512;

    private readonly CancellationTokenSource _stopping = new(); // ends a start that waits for others
    private readonly TaskCompletionSource<ShutdownRequest> _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> _storeParts = []; // disposed last to first, after the silo
    private readonly List<IDisposable> _frontParts = []; // disposed last to first, before the silo
    private readonly StartWatch _watch = new();
    private ServerConsole _console = null!;
    private NodeFolder? _folder;
    private WebApplication? _app;
    private NodeStore _store = null!;
    private ReplicaPromises _promises = null!;
    private bool _hasReplicas;
    private bool _isUrgent; // SHUTDOWN NOW
    private StorageWatch? _storage;
    private ControlPlane? _control; // null with a database

    /// <summary>The process's, when everything is closed.</summary>
    public int ExitCode => _storage?.ExitCode ?? 0;

    /// <summary>Throws <see cref="StartException"/>.</summary>
    public static async Task<SiloServer> Start(RuntimeConfig config, SiloOptions silo)
    {
        var server = new SiloServer();
        try
        {
            await server.StartParts(config, silo);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends when a stop is asked for.</summary>
    public async Task WaitForStop()
    {
        ShutdownRequest request = await _stop.Task;
        _console.Notice("Stopping");
        _isUrgent = request.Now;
        if (request.Save == true) _store.Snapshots?.Save(); // what goes wrong is told below
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        // Its clients are served meanwhile.
        if (_app is not null && !_isUrgent) await _app.Services.GetRequiredService<ClusterMember>().StandDown();
        for (int i = _frontParts.Count - 1; i >= 0; i--) _frontParts[i].Dispose();
        _frontParts.Clear();
        if (_app is not null && _control is not null) await _control.Leave();
        if (_app is not null)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(StopSeconds));
            try
            {
                await _app.StopAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Console.Error.WriteLine($"orleanskv-silo: the silo did not stop within {StopSeconds} s; the others will find it dead.");
            }
            catch (InvalidOperationException)
            {
                // Orleans refuses to stop a silo that is still starting: it ends with the process.
            }

            _app.Services.GetRequiredService<ReplicaNode>().Dispose(); // it uses the store
            await Task.WhenAny(_app.DisposeAsync().AsTask(), Task.Delay(TimeSpan.FromSeconds(StopSeconds)));
            _app = null;
        }

        _folder?.Leave();

        for (int i = _storeParts.Count - 1; i >= 0; i--) _storeParts[i].Dispose();
        _storeParts.Clear();
        _storage?.Look();
    }

    private async Task StartParts(RuntimeConfig config, SiloOptions silo)
    {
        ILoggerFactory logs = LoggerFactory.Create(builder => ServerLogging.Configure(builder, config));
        _storeParts.Add(logs);
        var console = _console = new ServerConsole(config.Current, logs.CreateLogger<ServerConsole>());
        ServerParts.IgnoreHangup(_storeParts);
        ServerParts.LimitClients(config, console, OwnDescriptors);
        ServerOptions options = config.Current;
        if (!options.ReplicaOf.IsNone) throw new StartException(
            "--replica-of is for the one-process server, which can follow a node of a cluster: the nodes follow each other by themselves "
            + "(--replicas)");
        SslStreamCertificateContext? certificate = options.UsesTls ? ServerParts.LoadCertificate(options) : null;
        if (silo.Cluster == ClusterKind.Postgres) await Migrate(silo, logs);
        // Which shards this node leads, and in which epoch, says the cluster's map.
        _store = ServerParts.OpenStore(config, console, null, _storeParts, leadsShards: false);
        _storeParts.Add(new CleanStop(this));
        _storeParts.Add(_store);
        ServerParts.RefusePart(_store, options);
        _promises = OpenPromises();
        _storage = new StorageWatch(_store, logs.CreateLogger<StorageWatch>());
        if (options.Persistence)
        {
            _folder = new NodeFolder(new PhysicalDisk(options.DataDir), new NodeIdentity(silo.ClusterId, silo.NodeId));
            _folder.Check(_store.Count);
        }

        _store.Housekeeper.ExpiresInBackground = false; // the grains do, each for its shard

        var host = new StoreHost(_store, config, request => _stop.TrySetResult(request));
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            _frontParts.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                host.Shutdown(new ShutdownRequest(null, Now: false, Force: false));
            }));
        }

        var self = new NodeInfo(silo.NodeId, silo.Advertise.ToString(), certificate is null ? options.Port : 0,
            certificate is null ? 0 : options.Port);
        if (silo.Cluster == ClusterKind.Quorum)
        {
            _control = new ControlPlane(options, silo, logs);
            _storeParts.Add(_control);
            await UnlessStopped(_control.Open(_stopping.Token));
            self = self with
            {
                Acceptor = _control.Registers.Acceptor.Value,
                AcceptorLife = _control.Registers.Life,
                ControlPort = silo.ControlPort,
            };
        }

        _app = Build(config, silo, host, self);
        IServiceProvider services = _app.Services;
        KvNode node = services.GetRequiredService<KvNode>();
        ClusterMember member = services.GetRequiredService<ClusterMember>();
        _frontParts.Add(member);
        NodeWatch watch = services.GetRequiredService<NodeWatch>();
        _frontParts.Add(watch);
        var dispatcher = new GrainShardDispatcher(services.GetRequiredService<IGrainFactory>(),
            services.GetRequiredService<ClusterMapCache>(), services.GetRequiredService<NodeDirectory>(), node, TimeProvider.System)
        {
            Unreachable = watch.Suspect,
            FollowerOf = services.GetRequiredService<ReplicaNode>().FollowerOf,
        };
        SiloHost siloHost = services.GetRequiredService<SiloHost>();
        if (silo.EnablesFaults) EnableFaults(services, siloHost);
        node.State = () => siloHost.OwnState;
        node.Unserved = () => watch.Unserved;
        ClusterNews news = services.GetRequiredService<ClusterNews>();
        watch.Silence = (id, isSilent) => news.TellSilence(services.GetRequiredService<ClusterMapCache>().Current, id, isSilent);
        var gateway = new GatewayServer(dispatcher, TimeProvider.System)
        {
            Control = siloHost,
            Config = config,
            Faults = new FaultReporter(console.Fault) { OnNotice = console.Notice },
        };
        host.Front = gateway;
        var links = new ClusterLinks(services.GetRequiredService<ClusterSource>(), _store, gateway.RunId);
        siloHost.Links = links;
        config.Show("shards", () => (long)_store.Map.ShardCount);
        _store.Listener = gateway.Notifier;
        node.Faults = console.Fault;
        node.Notifier = () => gateway.Notifier.IsActive ? gateway.Notifier : null;
        node.Publish = message => _ = message.IsShard
            ? gateway.PubSub.PublishToShard(message.Channel, message.Message)
            : gateway.PubSub.Publish(message.Channel, message.Message);
        LiveSettings.Apply(options, _store, level => node.Durability = level);
        config.OnChange((_, now) => LiveSettings.Apply(now, _store, level => node.Durability = level));
        node.ReadLevel = config.Values.Get<ReadLevel>("read-level");
        config.OnChange((_, _) => node.ReadLevel = config.Values.Get<ReadLevel>("read-level"));
        node.SlowNs = gateway.SlowCommands.ThresholdNs;
        config.OnChange((_, _) => node.SlowNs = gateway.SlowCommands.ThresholdNs); // the gateway's own listener was there first

        // A port that is taken is found before others hear of the node.
        Listener listener = ServerParts.Bind(gateway, options, certificate, _store, _frontParts);
        if (_control is not null) await UnlessStopped(ReachMajority(_control));
        await UnlessStopped(StartSilo(options, silo, console));
        Task<Guid> joined = member.Join(_folder?.Owner ?? FolderOwner.Nobody, silo.ReplacedStore);
        await UnlessStopped(joined);
        if (_control is not null) _control.HasJoined = true;
        _hasReplicas = services.GetRequiredService<ClusterMapCache>().Current.IsReplicated;
        _folder?.Joined(await joined);
        watch.Start();
        if (_control is not null)
        {
            AcceptorKeeper keeper = services.GetRequiredService<AcceptorKeeper>();
            _frontParts.Add(keeper);
            keeper.Start();
        }

        ServerParts.Listen(listener, options);
        _frontParts.Add(new SecondTick(gateway, _storage));
        _frontParts.Add(links);
        if (silo.Cluster == ClusterKind.Postgres)
            _frontParts.Add(new DatabaseWatch(DatabaseTarget.Parse(silo.Postgres), logs.CreateLogger<DatabaseWatch>()));
        console.Started("orleanskv-silo");
        console.Line($"Node:      {silo.NodeId} of cluster {silo.ClusterId}, silo port "
            + $"{silo.SiloPort}");
        if (_control is not null)
            console.Line($"Others:    --node-id NAME --join {silo.Advertise}:{silo.SiloPort} (with ports and a data folder of their own)");
        console.Ready(_store);
        if (options.HttpPort > 0) console.StatusPage();
    }

    private static async Task Migrate(SiloOptions silo, ILoggerFactory logs)
    {
        try
        {
            await new SchemaMigrator(MigrationFiles.All, TimeProvider.System, logs.CreateLogger<SchemaMigrator>())
                .MigrateAsync(DatabaseTarget.Parse(silo.Postgres), TimeSpan.FromSeconds(WaitSeconds));
        }
        catch (DatabaseException refused)
        {
            throw new StartException(refused.Message);
        }
    }

    private static void EnableFaults(IServiceProvider services, SiloHost host)
    {
        ReplicaNode replicas = services.GetRequiredService<ReplicaNode>();
        ClusterMapCache maps = services.GetRequiredService<ClusterMapCache>();
        replicas.Faults = new ReplicaFaults(replicas);
        host.Faults = new FaultControl(replicas.Faults, () => [.. maps.Current.Nodes.Select(n => n.Id)],
            services.GetRequiredService<ILogger<FaultControl>>());
    }

    private ReplicaPromises OpenPromises()
    {
        try
        {
            return _store.OpenPromises(BootId.Read());
        }
        catch (Exception failure) when (failure is Engine.CorruptionException or IOException)
        {
            throw new StartException($"what this node has promised for its replicas cannot be read: {failure.Message}");
        }
    }

    /// <summary>
    /// Notes, behind the store's last flush, that the process has ended as it should: its replicas have all that they have acknowledged.
    /// </summary>
    private sealed class CleanStop(SiloServer server) : IDisposable
    {
        public void Dispose()
        {
            if (server is not { _hasReplicas: true, _store.Journal: { Failure: null } }) return;
            try
            {
                server._promises.SaveClean();
            }
            catch (IOException failure)
            {
                // The next start counts the replicas of this node as short until they have heard from their leaders.
                Console.Error.WriteLine($"orleanskv-silo: the end of this node could not be noted: {failure.Message}");
            }
        }
    }

    private async Task ReachMajority(ControlPlane control)
    {
        Task reaching = control.ReachMajority(_stopping.Token);
        await SayIfLong(reaching, $"Waiting for a majority of {control.Registers.Describe()}");
        await reaching;
        await control.ClearStale(_stopping.Token);
    }

    private async Task SayIfLong(Task work, string what)
    {
        if (await Task.WhenAny(work, _stop.Task, Task.Delay(TimeSpan.FromSeconds(PatienceSeconds))) is { } first && first != work
            && first != _stop.Task) _console.Notice(what);
    }

    private WebApplication Build(RuntimeConfig config, SiloOptions silo, StoreHost host, NodeInfo self)
    {
        ServerOptions options = config.Current;
        WebApplicationBuilder builder =
            WebApplication.CreateSlimBuilder(new WebApplicationOptions
            {
                EnvironmentName = Environments.Production,
                Args = ["--hostBuilder:reloadConfigOnChange=false"], // else every write below the working folder wakes a watcher
            });
        builder.Configuration.Sources.Clear();
        ServerLogging.Configure(builder.Logging, config);
        builder.Logging.AddProvider(_watch);
        builder.Logging.AddFilter<StartWatch>(null, LogLevel.None);
        builder.Logging.AddFilter<StartWatch>("Orleans", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (IPAddress address in options.Bind) kestrel.Listen(address, options.HttpPort);
        });
        if (options.HttpPort == 0) builder.Services.AddSingleton<IServer, NoHttp>();
        bool hasDashboard = options.HttpPort > 0
            && (silo.Dashboard == DashboardMode.On || (silo.Dashboard == DashboardMode.Auto && options.Bind.All(IPAddress.IsLoopback)));
        builder.Host.UseOrleans(orleans =>
        {
            orleans.Services.AddSingleton<IFatalErrorHandler>(
                s => new FatalErrors(silo, EndNow, s.GetRequiredService<ILogger<FatalErrors>>()));
            SiloClustering.Configure(orleans, silo, _store, _promises, _control?.Registers);
            if (hasDashboard) orleans.AddDashboard();
        });
        builder.Services.AddSingleton(self);
        builder.Services.AddSingleton(host);
        builder.Services.AddSingleton<SiloHost>();
        builder.Services.AddSingleton<ClusterMember>();
        builder.Services.AddSingleton(s => new ClusterNews(self.Id, s.GetRequiredService<ILogger<ClusterNews>>()));
        builder.Services.AddSingleton<NodeWatch>();
        builder.Services.AddSingleton<ClusterSource>();
        if (_control is not null)
        {
            builder.Services.AddSingleton(_control.Registers);
            builder.Services.AddSingleton<AcceptorKeeper>();
        }

        builder.Services.AddSingleton(s =>
            new SiloClusterView(s.GetRequiredService<KvNode>(), s.GetRequiredService<ClusterMapCache>(),
                s.GetRequiredService<NodeDirectory>(), s.GetRequiredService<NodeWatch>(), config, self, silo.SiloPort,
                s.GetRequiredService<IGrainFactory>(), s.GetRequiredService<ILogger<SiloClusterView>>()));
        WebApplication app = builder.Build();
        var hosts = new HostCheck(options.Bind);
        var routes = new HttpRoutes(app.Services.GetRequiredService<SiloHost>(), hosts);
        app.Use(async (context, next) =>
        {
            // The dashboard is Orleans' own, but stands behind the same check as our pages.
            if (context.GetEndpoint() is null || hosts.Allows(context.Request.Host.Host)) await next();
            else context.Response.StatusCode = StatusCodes.Status403Forbidden;
        });
        if (hasDashboard) app.MapOrleansDashboard("/dashboard");
        app.MapFallback(routes.AnswerAsync);
        return app;
    }

    private async Task StartSilo(ServerOptions options, SiloOptions silo, ServerConsole console)
    {
        try
        {
            Task start = _app!.StartAsync();
            Task first = await Task.WhenAny(start, _watch.Refused, Task.Delay(TimeSpan.FromSeconds(PatienceSeconds)));
            if (first != start && first != _watch.Refused)
            {
                console.Notice("Waiting for the other nodes of the cluster");
                first = await Task.WhenAny(start, _watch.Refused, Task.Delay(TimeSpan.FromSeconds(JoinSeconds)));
            }

            if (first == _watch.Refused)
                throw new StartException($"node {silo.NodeId} cannot join: {(await _watch.Refused).TrimEnd('.')}. The nodes of a cluster "
                    + $"have the same --cluster-id and certificates of the same authority");
            if (first != start) throw new StartException(
                $"the silo did not start within {JoinSeconds} s: another node that is said to run cannot be reached");
            await start;
            _watch.IsOver = true;
        }
        catch (Exception failure) when (failure is IOException or OrleansException or System.Net.Sockets.SocketException
            or TimeoutException or InvalidOperationException)
        {
            Exception cause = failure.GetBaseException();
            if (cause is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.AddressAlreadyInUse
                or System.Net.Sockets.SocketError.AddressNotAvailable })
                throw new StartException(failure is IOException
                    ? $"cannot listen on HTTP port {options.HttpPort}: {cause.Message}. Choose another with --http-port"
                    : $"cannot listen on silo port "
                    + $"{silo.SiloPort}{(silo.GatewayPort > 0 ? $" or Orleans client port {silo.GatewayPort}" : "")} of "
                    + $"{silo.Advertise}: {cause.Message}. Choose others with --silo-port and --gateway-port");
            throw new StartException($"the silo cannot start: {cause.Message.ReplaceLineEndings(" ")}");
        }
    }

    // A node that still waits can be stopped, too.
    private async Task UnlessStopped(Task work)
    {
        if (await Task.WhenAny(work, _stop.Task) != work) throw new StartException("stopped before it had joined the cluster");
        await work;
    }

    // Orleans does not expect to go on after this, so it is not stopped: what it holds of the store is in use, and stays open. Every
    // acknowledged write is the system's already; the flush is for a power cut that follows. A stop that is under way ends the process
    // itself.
    private void EndNow()
    {
        if (_stop.Task.IsCompleted) return;
        var flush = new Thread(() =>
        {
            if (_store.Journal is not { } journal) return;
            journal.Commit(journal.Appended, Durability.No);
            journal.Sync();
        }) { IsBackground = true };
        flush.Start();
        flush.Join(TimeSpan.FromSeconds(FlushSeconds));
        Environment.Exit(1);
    }
}
