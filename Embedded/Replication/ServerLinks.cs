using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Hosting.Replication;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Embedded.Replication;

/// <summary>Whom the one-process server follows, and who follows it (docs/adr/0025). Any thread.</summary>
internal sealed class ServerLinks : ILinkControl, IDisposable
{
    private readonly NodeStore _store;
    private readonly RuntimeConfig _config;
    private readonly string _runId;
    private readonly Action<string> _tell;
    private readonly Lock _role = new(); // held while this server becomes a leader or a follower
    private readonly FollowerStreams _followers;
    private volatile LeaderLink? _leader;

    /// <param name="store">This server's, with roles as the settings say.</param>
    /// <param name="config">The settings.</param>
    /// <param name="runId">This process'.</param>
    /// <param name="tell">Takes a line for the log.</param>
    public ServerLinks(NodeStore store, RuntimeConfig config, string runId, Action<string> tell)
    {
        (_store, _config, _runId, _tell) = (store, config, runId, tell);
        _followers = new FollowerStreams(store, new JournalSource(store, config, () => _leader is not { IsUp: false }), runId);
        if (store.Links.WasFollowed) store.Links.BeginStream(config.Current.BacklogBytes);
    }

    public bool IsFollower => _store.Links.IsFollower;

    public bool IsLoading => _store.Links.IsLoading;

    /// <summary>Begins to follow as the settings say; when the port is open.</summary>
    public void Start()
    {
        if (!_config.Current.ReplicaOf.IsNone) Begin(_config.Current.ReplicaOf);
    }

    public LinksReport Report()
    {
        LeaderLink? leader = _leader;
        return new LinksReport
        {
            Offset = leader?.Applied ?? _store.Links.End,
            Leader = leader?.Report(),
            Followers = _followers.Reports(),
            BacklogBytes = _store.Links.Backlog?.SizeBytes ?? 0,
            BacklogLimitBytes = _config.Current.BacklogBytes,
        };
    }

    public string? Follow(string host, int port)
    {
        var leader = new Leaders(new Leader(host, port));
        if (host.Contains(',') || !new Gateway.Options.Types.LeaderType().TryParse(leader.ToString(), out _))
            return "ERR Invalid master host or port";
        lock (_role)
        {
            if (IsLoading) return "ERR a whole copy of the leader is being loaded: ask again when it is there";
            if (_store.Rebalancer.IsRunning || _store.Map.HasMoves)
                return "ERR a rebalance is under way: a server can follow when it is over";
            try
            {
                _leader?.Dispose();
                _store.Links.Follow();
                CutFollowers("this server follows another one now");
                _config.Note("replica-of", leader);
                Begin(leader);
                return null;
            }
            catch (IOException failure)
            {
                return "ERR " + failure.Message;
            }
        }
    }

    public string? Lead()
    {
        lock (_role)
        {
            if (!IsFollower) return null;
            if (IsLoading) return "ERR a whole copy of the leader is being loaded: ask again when it is there";
            if (_store.Links.IsPartial)
                return "ERR this server has only a part of its leader's keys: it must take a whole copy before it leads";
            _leader?.Dispose();
            try
            {
                _store.Links.Lead();
            }
            catch (Exception failure) when (failure is IOException or InvalidOperationException)
            {
                if (!_config.Current.ReplicaOf.IsNone) Begin(_config.Current.ReplicaOf);
                return "ERR " + failure.Message;
            }

            _leader = null;
            _config.Note("replica-of", Leaders.None);
            CutFollowers("this server leads now");
            _tell($"This server leads now, and takes writes.");
            return null;
        }
    }

    public void Open(Session session, in ArgList args) => _followers.Open(session, args);

    public void Acknowledge(Session session, in ArgList args) => FollowerStreams.Acknowledge(session, args);

    /// <summary>Counts who has all that has been answered until now (WAIT).</summary>
    public Func<int> StartCount()
    {
        long upTo = _store.Links.End;
        return () => _followers.CountAt(upTo);
    }

    public void Dispose()
    {
        lock (_role) _leader?.Dispose();
        _followers.Dispose();
    }

    private void Begin(Leaders leaders)
    {
        var link = new LeaderLink(leaders, _store, _config, _runId, _tell, () => CutFollowers("its past has become another"));
        _leader = link;
        link.Start();
    }

    private void CutFollowers(string reason)
    {
        _followers.Cut(reason);
        _store.Links.BeginStream(_config.Current.BacklogBytes); // should this server be promoted, others go on from it
    }
}
