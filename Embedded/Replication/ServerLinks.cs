using System.Text;
using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Metrics.Reports;
using OrleansKv.Gateway.Options;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Embedded.Replication;

/// <summary>Whom the one-process server follows, and who follows it (docs/adr/0025). Any thread.</summary>
internal sealed class ServerLinks : ILinkControl, IDisposable
{
    /// <summary>Each takes a thread, and reads the backlog.</summary>
    private const int MaxFollowers = 64;

    private readonly NodeStore _store;
    private readonly RuntimeConfig _config;
    private readonly string _runId;
    private readonly Action<string> _tell;
    private readonly Lock _role = new(); // held while this server becomes a leader or a follower
    private readonly Lock _lock = new();
    private readonly List<FollowerStream> _followers = []; // under the lock
    private volatile LeaderLink? _leader;
    private bool _isClosed;

    /// <param name="store">This server's, with roles as the settings say.</param>
    /// <param name="config">The settings.</param>
    /// <param name="runId">This process'.</param>
    /// <param name="tell">Takes a line for the log.</param>
    public ServerLinks(NodeStore store, RuntimeConfig config, string runId, Action<string> tell)
    {
        (_store, _config, _runId, _tell) = (store, config, runId, tell);
        if (store.Links.WasFollowed) store.Links.BeginStream(config.Current.BacklogBytes);
    }

    public bool IsFollower => _store.Links.IsFollower;

    public bool IsLoading => _store.Links.IsLoading;

    /// <summary>Begins to follow as the settings say; when the port is open.</summary>
    public void Start()
    {
        if (_config.Current.ReplicaOf is { } leader && leader != Leader.None) Begin(leader);
    }

    public LinksReport Report()
    {
        FollowerReport[] followers;
        lock (_lock) followers = [.. _followers.Where(f => !f.HasEnded).Select(f => f.Report())];
        LeaderLink? leader = _leader;
        return new LinksReport
        {
            Offset = leader?.Applied ?? _store.Links.End,
            Leader = leader?.Report(),
            Followers = followers,
            BacklogBytes = _store.Links.Backlog?.SizeBytes ?? 0,
            BacklogLimitBytes = _config.Current.BacklogBytes,
        };
    }

    public string? Follow(string host, int port)
    {
        var leader = new Leader(host, port);
        if (!new Gateway.Options.Types.LeaderType().TryParse(leader.ToString(), out _)) return "ERR Invalid master host or port";
        lock (_role)
        {
            if (_leader?.Leader == leader) return null; // as Redis: said again it changes nothing
            if (_store.Links.IsTakingCopy) return "ERR a whole copy of the leader is being loaded: ask again when it is there";
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
            if (_store.Links.IsTakingCopy) return "ERR a whole copy of the leader is being loaded: ask again when it is there";
            if (_store.Links.IsPartial)
                return "ERR this server has only a part of its leader's keys: it must take a whole copy before it leads";
            _leader?.Dispose();
            try
            {
                _store.Links.Lead();
            }
            catch (Exception failure) when (failure is IOException or InvalidOperationException)
            {
                if (_config.Current.ReplicaOf is { } again && again != Leader.None) Begin(again);
                return "ERR " + failure.Message;
            }

            _leader = null;
            _config.Note("replica-of", Leader.None);
            CutFollowers("this server leads now");
            _tell($"This server leads now, and takes writes.");
            return null;
        }
    }

    public void Open(Session session, in ArgList args)
    {
        if (Refusal(session, args) is { } refusal)
        {
            session.Output.Error(refusal);
            return;
        }

        StreamBacklog backlog = _store.Links.BeginStream(_config.Current.BacklogBytes);
        long? place;
        try
        {
            place = _store.Links.PlaceFor(args[4]);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            session.Output.Error("ERR " + failure.Message);
            return;
        }

        _ = Number.TryInteger(args[3], out long port);
        var stream = new FollowerStream(_store, session, backlog, place ?? StreamEnd(backlog), isCopy: place is null, (int)port);
        lock (_lock)
        {
            if (_isClosed) return;
            _followers.RemoveAll(f => f.HasEnded);
            _followers.Add(stream);
        }

        session.Stream = stream;
        session.Durability = Protocol.Durability.No; // its answers promise nothing
        session.Output.Simple(place is null ? "FULL"u8 : "CONTINUE"u8);
        stream.Start();
    }

    public void Acknowledge(Session session, in ArgList args)
    {
        if (session.Stream is FollowerStream stream && Number.TryInteger(args[1], out long applied)
            && Number.TryInteger(args[2], out long onDisk)) stream.Heard(applied, onDisk);
        else session.Output.Error("ERR this connection is no follower's");
    }

    /// <summary>Counts who has all that has been answered until now (WAIT).</summary>
    public Func<int> StartCount()
    {
        long upTo = _store.Links.End;
        return () =>
        {
            lock (_lock) return _followers.Count(f => !f.HasEnded && f.Acknowledged >= upTo);
        };
    }

    public void Dispose()
    {
        FollowerStream[] followers;
        lock (_lock)
        {
            _isClosed = true;
            followers = [.. _followers];
        }

        lock (_role) _leader?.Dispose();
        foreach (FollowerStream follower in followers) follower.Cut("the server stops");
        foreach (FollowerStream follower in followers) follower.Join();
    }

    // Before a copy begins, all that has been appended is written: what the records since are behind is one place.
    private long StreamEnd(StreamBacklog backlog)
    {
        _store.Commit(_store.Appended, Protocol.Durability.No);
        return backlog.End is var end and > 0 ? end : _store.Links.End;
    }

    private string? Refusal(Session session, in ArgList args)
    {
        string version = Encoding.ASCII.GetString(args[1]);
        if (version != LeaderLink.Version)
        {
            return $"ERR this server speaks version {LeaderLink.Version} of the stream, and not version {version}: use the same program "
                + $"on both";
        }

        if (args[2].SequenceEqual(Encoding.ASCII.GetBytes(_runId))) return "ERR a server cannot follow itself";
        if (session.IsInTransaction) return "ERR REPLSTREAM is not allowed in a transaction";
        if (session.Stream is not null) return "ERR this connection is a follower's already";
        if (_leader is { IsUp: false }) return "NOMASTERLINK Can't SYNC while not connected with my master";
        if (_store.Rebalancer.IsRunning || _store.Map.HasMoves)
            return "TRYAGAIN a rebalance is under way: followers are taken when it is over";
        lock (_lock)
        {
            if (_isClosed) return "ERR the server stops";
            return _followers.Count(f => !f.HasEnded) < MaxFollowers ? null : $"ERR {MaxFollowers} servers follow this one already";
        }
    }

    private void Begin(Leader leader)
    {
        var link = new LeaderLink(leader, _store, _config, _runId, _tell, () => CutFollowers("its past has become another"));
        _leader = link;
        link.Start();
    }

    private void CutFollowers(string reason)
    {
        lock (_lock)
        {
            foreach (FollowerStream follower in _followers) follower.Cut(reason);
            _followers.RemoveAll(f => f.HasEnded);
        }

        _store.Links.BeginStream(_config.Current.BacklogBytes); // should this server be promoted, others go on from it
    }
}
