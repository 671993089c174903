using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Store;
using OrleansKv.Grains.Map;
using OrleansKv.Grains.Node;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;
using OrleansKv.Protocol.Resp;

namespace OrleansKv.Grains.Replication;

/// <summary>
/// The replicas of this node: one thread runs the state machines of all its shards (ADR 0022), so that a turn of it costs one group commit
/// and one message to each other node, however many shards and clients there are. What it says is on the disk as its level asks before it
/// leaves. Idle until the node has joined a cluster with replicas. Any thread, where nothing else is said.
/// </summary>
public sealed partial class ReplicaNode : IDisposable
{
    /// <summary>
    /// Time between looks at what is due, ms: the granularity of heartbeats, leases that end, and messages that are sent again.
    /// </summary>
    private const int TickMs = 50;

    /// <summary>Time between looks at what the map's grain should hear, ms.</summary>
    private const int LookMs = 200;

    /// <summary>Age at which what others are told of the replicas is made anew, ms.</summary>
    private const int StatusMs = 1_000;

    /// <summary>Time after which a replica is asked again for a state that has not come, ms.</summary>
    private const int AskAgainMs = 1_000;

    /// <summary>Records that others may still lack are kept in so much memory a node, bytes; shared by its shards.</summary>
    private const int TailBytes = 128 * 1024 * 1024;

    /// <summary>Longest tail of one shard, bytes.</summary>
    private const int MaxShardTailBytes = 8 * 1024 * 1024;

    /// <summary>Records in one message, bytes: below what the runtime keeps among its large objects.</summary>
    private const int AppendBytes = 64 * 1024;

    /// <summary>Times that messages of this node to itself are handled in one turn: an election has three.</summary>
    private const int MaxRounds = 8;

    /// <summary>
    /// Longest time for which batches are deferred because another node is about to lead: many times what a change of the map takes, and
    /// less than gateways try for.
    /// </summary>
    private static readonly TimeSpan HandoverPatience = TimeSpan.FromSeconds(3);

    private readonly KvNode _node;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly ILogger<ReplicaNode> _log;
    private readonly long _origin;
    private readonly ConcurrentQueue<Action<TimeSpan>> _work = new();
    private readonly ConcurrentQueue<HostedReplica> _grown = new();
    private readonly AutoResetEvent _wake = new(false); // not disposed: a call that comes late finds it
    private readonly CancellationTokenSource _ended = new();
    private readonly Thread _thread;
    private readonly Lock _starting = new();
    private readonly NodeDirectory _directory;
    private volatile HostedReplica[] _replicas = [];
    private volatile FollowerCopy[] _followers = [];
    private volatile bool _isStopping;
    private volatile ReplicaNodeStatus? _status;
    private int _isAwake;

    // The thread's.
    private readonly Dictionary<ReplicaId, ReplicaStream> _streams = [];
    private readonly RecordArena _arena = new(); // records that are read, until the messages are with the streams
    private readonly List<HostedReplica> _touched = [];
    private readonly List<(HostedReplica Replica, OutgoingMessage Message)> _toSelf = [];
    private readonly ReplicaCopies _copies;
    private readonly ReplicaReporter _reporter;
    private ClusterMap _map = ClusterMap.None;
    private string[] _nodes = []; // by replica id
    private ReplicaId _self;
    private TimeSpan _nextTick;
    private TimeSpan _nextLook;
    private TimeSpan _nextStatus;
    private bool _hasFailed;
    private bool _isShort; // promises cannot be saved; it has been said

    public ReplicaNode(KvNode node, NodeDirectory nodes, IGrainFactory grains, TimeProvider time, ILogger<ReplicaNode> log)
    {
        (_node, _directory, _grains, _time, _log) = (node, nodes, grains, time, log);
        _origin = time.GetTimestamp();
        _copies = new ReplicaCopies(node, nodes, grains, log);
        _reporter = new ReplicaReporter(grains, Post, log);
        _thread = new Thread(Run) { IsBackground = true, Name = "replicas" };
    }

    /// <summary>Longest time that a batch waits for its replicas.</summary>
    public TimeSpan WritePatience { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Faults on purpose; null unless they are enabled.</summary>
    internal ReplicaFaults? Faults { get; set; }

    /// <summary>How the replicas were a second ago or less; null where the cluster has none.</summary>
    internal ReplicaNodeStatus? Status => _status;

    /// <summary>The committed records of its copies, for who follows the whole cluster; null where the cluster has no replicas.</summary>
    internal CommittedRecords? Committed { get; private set; }

    /// <summary>
    /// For how long a copy has not been known to have all that is committed, the longest of all shards'; the largest time where one never
    /// was.
    /// </summary>
    internal TimeSpan Stale
    {
        get
        {
            TimeSpan oldest = TimeSpan.MaxValue;
            foreach (HostedReplica replica in _replicas) oldest = replica.NewestAt < oldest ? replica.NewestAt : oldest;
            return oldest == TimeSpan.MinValue || oldest == TimeSpan.MaxValue ? TimeSpan.MaxValue : Now - oldest;
        }
    }

    /// <summary>The node's monotonic clock.</summary>
    internal TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>
    /// The node has joined a cluster: with replicas it has a part from now on. Once; again it is like <see cref="Offer"/>.
    /// </summary>
    /// <param name="map">The map that has it.</param>
    /// <param name="hasLostData">Its store is in the place of one that is lost: what that had acknowledged is not here.</param>
    public void Start(ClusterMap map, bool hasLostData)
    {
        if (!map.IsReplicated) return;
        lock (_starting)
        {
            if (_replicas.Length > 0 || _isStopping)
            {
                Offer(map);
                return;
            }

            TimeSpan now = Now;
            _self = new ReplicaId(Array.FindIndex(map.Nodes, n => n.Id == _node.Id));
            var options = new ReplicationOptions { WriteQuorum = map.WriteQuorum, MaxAppendBytes = AppendBytes };
            int tailBytes = Math.Min(MaxShardTailBytes, TailBytes / map.Homes.Length);
            _replicas = [.. Enumerable.Range(0, map.Homes.Length).Select(s => NewReplica(new ShardId((ushort)s), map, tailBytes, options,
                now, hasLostData))];
            Committed = new CommittedRecords([.. _replicas.Select(r => r.Log.Committed)]);
            _followers = [.. _replicas.Select(r => new FollowerCopy(r, _node, this))];
            Take(map, now);
            TellStatus(now);
            _thread.Start();
        }
    }

    /// <summary>A newer map; an older one changes nothing.</summary>
    public void Offer(ClusterMap map)
    {
        if (_replicas.Length > 0) Post(now => Take(map, now));
    }

    /// <summary>The shard as this node has it; null where the cluster has no replicas.</summary>
    internal HostedReplica? Find(ShardId shard) => _replicas is { Length: > 0 } all && shard.Value < all.Length ? all[shard.Value] : null;

    /// <summary>Puts an error into the core on purpose.</summary>
    internal void Mutate(ReplicationMutation mutation) => Post(_ =>
    {
        foreach (HostedReplica replica in _replicas) replica.Core.Mutation = mutation;
    });

    /// <summary>The thread does nothing for a time.</summary>
    internal void Pause(TimeSpan time) => Post(_ => Thread.Sleep(time));

    /// <summary>The shard's copy where this node can read it as a follower now; null where it cannot.</summary>
    internal FollowerCopy? FollowerOf(int shard) =>
        _followers is { Length: > 0 } all && shard < all.Length && all[shard] is { IsReadable: true } copy ? copy : null;

    /// <summary>The leader's log has grown: its followers get the records.</summary>
    internal void Grown(HostedReplica replica)
    {
        if (replica.MarkDirty()) WorkOn(replica);
    }

    /// <summary>A read waits for a quorum to confirm that this node led at a time.</summary>
    internal void Confirm(HostedReplica replica, TimeSpan from)
    {
        if (replica.Confirm(from)) WorkOn(replica);
    }

    private void WorkOn(HostedReplica dirty)
    {
        _grown.Enqueue(dirty);
        Wake();
    }

    /// <summary>Has the replicas take another node's messages; returns what they say to it.</summary>
    internal ValueTask<ReplicaMessageBatch> Receive(ReplicaMessageBatch batch)
    {
        if (_replicas.Length == 0) return new ValueTask<ReplicaMessageBatch>(new ReplicaMessageBatch(_self.Value, [], 0));
        var answer = new TaskCompletionSource<ReplicaMessageBatch>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(now =>
        {
            if (Faults is { } faults && faults.IsCutOff(NameOf(new ReplicaId(batch.From))))
            {
                answer.SetException(ReplicaFaults.Lost());
                return;
            }

            Handle(new ReplicaId(batch.From), batch, now);
            StreamTo(new ReplicaId(batch.From)).Asked.Enqueue(answer);
        });
        // A call that comes when the thread has ended would hold its silo's stop up for as long as Orleans waits for calls, 30 s.
        Task<ReplicaMessageBatch> answered = answer.Task.WaitAsync(_ended.Token);
        return Faults is { } some ? some.Answer(answered) : new ValueTask<ReplicaMessageBatch>(answered);
    }

    /// <summary>The last record of each shard that this node serves, by shard; none for the others.</summary>
    internal Task<ShardPosition[]> Ends() => Ask(() => Array.ConvertAll(_replicas, r => Serves(r) ? ShardPosition.Of(r.Log.End) : default));

    /// <summary>
    /// The number of other replicas that have each shard up to a record, by shard; 0 where that record has been lost, -1 where this node
    /// does not serve the shard.
    /// </summary>
    /// <param name="upTo">Records by shard.</param>
    internal Task<int[]> CountReplicas(ShardPosition[] upTo) => Ask(() => Array.ConvertAll(_replicas, r =>
        Serves(r) && r.Id.Value < upTo.Length ? r.Core.CountFollowers(upTo[r.Id.Value].ToLogPosition()) : -1));

    /// <summary>
    /// Defers what comes for a shard, for another node is about to lead it, and waits until what has run is committed; false when that
    /// does not come.
    /// </summary>
    internal async ValueTask<bool> PrepareHandover(ShardId shard, Epoch epoch)
    {
        if (Find(shard)?.Tenure is not { } tenure) return false;
        ShardCell cell = _node.Store.Cells[shard.Value];
        TimeSpan now = Now;
        Lsn upTo;
        lock (cell.Turn) // no batch is between its look at the tenure and its end
        {
            if (!tenure.TryPrepareHandover(epoch, now + HandoverPatience)) return false;
            upTo = cell.Shard.Lsn;
        }

        if (await tenure.WhenSettled(upTo, reading: null, now) == TenureAnswer.Committed) return true;
        tenure.CancelHandover();
        return false;
    }

    /// <summary>Another node's replica needs this one's whole state.</summary>
    internal void SendState(ShardId shard, Epoch epoch, string toNode) => Post(_ =>
    {
        if (Find(shard) is { IsPaused: false } replica && replica.Log.Promised == epoch) _copies.Begin(this, shard, epoch, toNode);
    });

    /// <summary>A follower has this leader's whole state up to a record.</summary>
    internal Task StateSent(ShardId shard, string to, LogPosition upTo) => Do(shard, (replica, now) =>
    {
        if (!replica.IsPaused) replica.Core.StateSent(new ReplicaId(Array.IndexOf(_nodes, to)), upTo, now);
    });

    /// <summary>Has the thread do something with a replica, between its turns.</summary>
    internal Task<T> Ask<T>(ShardId shard, Func<HostedReplica, TimeSpan, T> what) => Ask(() =>
    {
        HostedReplica replica = Find(shard) ?? throw new ShardUnavailableException($"there is no shard {shard}");
        Touch(replica);
        return what(replica, Now);
    });

    /// <summary>The same without an answer.</summary>
    internal Task Do(ShardId shard, Action<HostedReplica, TimeSpan> what) => Ask(shard, (replica, now) =>
    {
        what(replica, now);
        return true;
    });

    private Task<T> Ask<T>(Func<T> what)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(_ =>
        {
            try
            {
                done.SetResult(what());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task.WaitAsync(_ended.Token);
    }

    private static bool Serves(HostedReplica replica) => !replica.IsPaused && replica.Core.IsServing;

    /// <summary>
    /// Ends the thread: nothing is said to others any more, and nobody is served. Before the store is closed; again it does nothing.
    /// </summary>
    public void Dispose()
    {
        lock (_starting)
        {
            if (_isStopping) return;
            _isStopping = true;
        }

        Wake();
        if (_thread.IsAlive) _thread.Join();
        _ended.Cancel(); // a copy that waits for an answer of the thread has waited for nothing
        _copies.Dispose();
        foreach (HostedReplica replica in _replicas) replica.Dispose();
    }

    /// <summary>
    /// Shards that a map has led here and that are not served: this node is not elected yet, or fewer members answer than must have a
    /// record.
    /// </summary>
    internal IEnumerable<int> Unserved(ClusterMap map) => _replicas.Length == 0 ? [] : Enumerable.Range(0, map.Homes.Length).Where(s =>
        map.Homes[s].NodeId == _node.Id
        && (Find(new ShardId((ushort)s))?.Tenure is null || _status?.WithoutWriteQuorum.Contains(s) is true));

    private HostedReplica NewReplica(
        ShardId id, ClusterMap map, int tailBytes, ReplicationOptions options, TimeSpan now, bool hasLostData)
    {
        ReplicaSet set = ReplicaRules.SetOf(map, map.Homes[id.Value]);
        // Where nothing is known of promises, a copy that counts may lack what this node has acknowledged: its folder is in the place of a
        // lost one, or a part of it is gone. The setting that gives a store up is often left where it is.
        hasLostData = _node.Promises.IsNew && (hasLostData || (set.Members.Length > 1 && set.Members.Contains(_self)));
        if (hasLostData) _node.Promises.TailMayBeLost(id);
        // A store in memory, or in the place of a lost one, has forgotten what it promised: nothing below the map's epoch is taken, whoever
        // it was promised to. An epoch of its own is new with the node's joining, and still to be promised.
        if (_node.Store.Journal is null || hasLostData)
            _node.Promises.Promise(id, set.Leader == _self ? new Epoch(set.Epoch.Value - 1) : set.Epoch);
        var log = new StoreReplicaLog(_node.Store, id, _node.Promises, _arena, tailBytes);
        return new HostedReplica(id, _self, new ShardReplica(_self, log, options, now), log);
    }

    private void Post(Action<TimeSpan> work)
    {
        _work.Enqueue(work);
        Wake();
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isAwake, 1) == 0) _wake.Set();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            TimeSpan wait = _nextTick - Now;
            if (wait > TimeSpan.Zero) _wake.WaitOne(wait);
            Volatile.Write(ref _isAwake, 0);
            try
            {
                Turn(Now);
            }
            catch (Exception defect)
            {
                // The state machines do not know what they have done and what not: they are silent from here on, and the others go on.
                Fail(defect);
            }
        }
    }

    // What the replicas have belongs to their thread; before it is started, to who starts it.
    private bool IsOwnThread => Thread.CurrentThread == _thread || !_thread.IsAlive;

    private void Turn(TimeSpan now)
    {
        // Each by a clock of its own: what is done before it may take its time, and a lease is granted from when its message is handled.
        while (_work.TryDequeue(out Action<TimeSpan>? work)) work(Now);
        while (_grown.TryDequeue(out HostedReplica? grown))
        {
            grown.ClearDirty();
            if (!grown.IsPaused) grown.AskFollowers(Now);
            Touch(grown);
        }

        if (now >= _nextTick) Tick(now);
        if (!_hasFailed) Settle(now);
        foreach (ReplicaStream stream in _streams.Values) stream.Send(now);
        _arena.Reset();
    }

    private void Tick(TimeSpan now)
    {
        _nextTick = now + TimeSpan.FromMilliseconds(TickMs);
        foreach (HostedReplica replica in _replicas)
        {
            Touch(replica);
            if (replica.IsPaused) continue;
            replica.Core.Tick(now);
            SendStates(replica, now);
        }

        if (now < _nextLook) return;
        _nextLook = now + TimeSpan.FromMilliseconds(LookMs);
        _reporter.Look(_replicas, _nodes, _hasFailed, now);
        if (!_hasFailed) DropLeftOvers();
        int lossy = _replicas.Count(static r => r.HasLossToTell());
        if (lossy > 0) LogMayHaveLost(lossy, _replicas.Length);
        if (now >= _nextStatus) TellStatus(now);
    }

    // Copies of shards that are on other nodes by now: what they take is these others' to have.
    private void DropLeftOvers()
    {
        for (int shard = 0; shard < _replicas.Length && shard < _map.Homes.Length; shard++)
        {
            ShardHome home = _map.Homes[shard];
            if (home.Former.Length > 0 || home.HasCopyThatCounts(_node.Id) || home.Learners.Contains(_node.Id)) continue;
            HostedReplica replica = _replicas[shard];
            if (!replica.MayBeDropped(new Epoch(home.Epoch)) || _copies.IsSending(replica.Id)) continue;
            long keys = _node.Store.Cells[shard].Shard.Table.Count;
            if (replica.Log.TryDrop()) LogDropped(shard, string.Join(", ", home.Members), keys);
        }
    }

    private void TellStatus(TimeSpan now)
    {
        Debug.Assert(IsOwnThread);
        _nextStatus = now + TimeSpan.FromMilliseconds(StatusMs);
        _status = ReplicaNodeStatus.Of(_replicas, _map, _self, _directory.IsAlive, _copies.Count, now) with
        {
            FollowerReads = _followers.Sum(f => f.Batches),
        };
    }

    private bool IsAlive(string node) => node == _node.Id || _directory.IsAlive(node);

    // Brings what has changed to the disk, tells who waits, and gives the messages to the streams.
    private void Settle(TimeSpan now)
    {
        for (int round = 0; round < MaxRounds && _touched.Count > 0; round++)
        {
            if (!TryCommit(now)) return;
            bool hasMore = false;
            foreach (HostedReplica replica in _touched)
            {
                hasMore |= replica.Log.MarkCommitted(replica.Core.KnownCommitted);
                replica.Publish(now, WritePatience);
                if (replica.IsPaused) continue;
                foreach (OutgoingMessage message in replica.Core.TakeMessages()) Send(replica, message);
            }

            if (hasMore) Committed!.Tell();
            foreach (HostedReplica replica in _touched) replica.IsTouched = false;
            _touched.Clear();
            foreach ((HostedReplica replica, OutgoingMessage message) in _toSelf)
            {
                replica.Handle(_self, message.Message, now);
                Touch(replica);
            }

            _toSelf.Clear();
        }

        if (_touched.Count > 0) Wake();
    }

    // As safe as the node's level says, which is what the replicas' answers say. A leader's records leave before they are flushed here: the
    // followers' disks work beside this one's.
    private bool TryCommit(TimeSpan now)
    {
        foreach (HostedReplica replica in _touched) replica.Reached = replica.Log.End;
        JournalOffset upTo = _node.Store.Appended;
        bool isFlushed = _node.Durability == Durability.Always;
        bool isDone = _node.Store.Commit(upTo, Durability.No);
        if (isDone && (isFlushed || _node.Promises.IsDirty))
        {
            SendRecords(now);
            isDone = _node.Store.Commit(upTo, Durability.Always);
        }

        if (!isDone)
        {
            Fail(new IOException(_node.Store.Journal!.Failure));
            return false;
        }

        if (!TrySavePromises()) return false;
        foreach (HostedReplica replica in _touched)
        {
            if (replica.IsPaused) continue;
            replica.Log.MarkSafe(replica.Reached);
            replica.Core.LogChanged(now);
        }

        return true;
    }

    // A disk without room takes no promise: what was to be said is as good as lost on the way, and is asked for again.
    private bool TrySavePromises()
    {
        try
        {
            _node.Promises.Save();
            _isShort = false;
            return true;
        }
        catch (IOException failure)
        {
            if (!_isShort) LogNotSaved(failure.Message);
            _isShort = true;
            foreach (HostedReplica replica in _touched) replica.Core.TakeMessages();
            return false;
        }
    }

    private void SendRecords(TimeSpan now)
    {
        foreach (HostedReplica replica in _touched)
        {
            if (replica.IsPaused || !replica.Core.IsServing) continue;
            replica.Core.LogChanged(now);
            foreach (OutgoingMessage message in replica.Core.TakeRecords()) Send(replica, message);
        }

        foreach (ReplicaStream stream in _streams.Values) stream.SendOnly(now);
    }

    private void Send(HostedReplica replica, OutgoingMessage message)
    {
        if (message.To == _self) _toSelf.Add((replica, message));
        else StreamTo(message.To).Post(replica.Id, message.Message);
    }

    private void Touch(HostedReplica replica)
    {
        Debug.Assert(IsOwnThread);
        if (replica.IsTouched) return;
        replica.IsTouched = true;
        _touched.Add(replica);
    }

    private void Take(ClusterMap map, TimeSpan now)
    {
        Debug.Assert(IsOwnThread);
        if (map.Version <= _map.Version) return;
        _map = map;
        _nodes = [.. map.Nodes.Select(n => n.Id)];
        for (int shard = 0; shard < _replicas.Length && shard < map.Homes.Length; shard++)
        {
            _replicas[shard].MapChanged(ReplicaRules.SetOf(map, map.Homes[shard]), now);
            Touch(_replicas[shard]);
        }
    }

    private void Handle(ReplicaId from, ReplicaMessageBatch batch, TimeSpan now)
    {
        try
        {
            var reader = new ReplicaMessageReader(batch.Messages);
            while (reader.TryRead(out ShardId shard, out IReplicaMessage? message))
            {
                if (Find(shard) is not { } replica) continue;
                replica.Handle(from, message, now);
                Touch(replica);
            }
        }
        catch (InvalidDataException damaged)
        {
            LogDamaged(NameOf(from), damaged.Message);
        }

        ByteBuffers.Return(batch.Buffer); // records are in the journal, or were not taken
    }

    private ReplicaStream StreamTo(ReplicaId other)
    {
        if (_streams.TryGetValue(other, out ReplicaStream? stream)) return stream;
        string node = NameOf(other);
        INodeGrain grain = _grains.GetGrain<INodeGrain>(node);
        return _streams[other] = new ReplicaStream(_self, Send, Ended);

        ValueTask<ReplicaMessageBatch> Send(ReplicaMessageBatch batch) =>
            Faults is { } faults ? faults.Deliver(node, grain, batch) : grain.Replicate(batch);

        void Ended(ReplicaStream ended, ReplicaMessageBatch? answer, Exception? failure) => Post(now =>
        {
            ended.Ended(failure is not null, now);
            if (failure is not null) LogNotSent(node, failure.Message);
            if (answer is { Length: > 0 }) Handle(other, answer, now);
        });
    }

    private string NameOf(ReplicaId replica) => replica.Value >= 0 && replica.Value < _nodes.Length ? _nodes[replica.Value] : $"#{replica}";

    // Followers that records will not do for, and what this replica itself lacks of a more advanced one.
    private void SendStates(HostedReplica replica, TimeSpan now)
    {
        foreach (ReplicaId follower in replica.Core.NeedState) _copies.Begin(this, replica.Id, replica.Core.Set.Epoch, NameOf(follower));
        if (replica.Core.NeedsStateFrom is not { } from) return;
        if (replica.Asked is { } asked && asked.From == from && now - asked.At < TimeSpan.FromMilliseconds(AskAgainMs)) return;
        replica.Asked = (from, now);
        _grains.GetGrain<INodeGrain>(NameOf(from)).SendReplica(replica.Id.Value, replica.Core.Set.Epoch.Value, _node.Id).AsTask().Ignore();
    }

    // The journal has failed, or a defect has shown: this node's replicas say nothing more, and the others go on without them. The only
    // copy of a shard goes on to be read.
    private void Fail(Exception why)
    {
        if (_hasFailed) return;
        _hasFailed = true;
        LogFailed(why);
        foreach (HostedReplica replica in _replicas)
        {
            if (!replica.IsOnlyCopy) replica.Pause();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The replicas of this node have stopped; the other nodes go on without them. Restart "
        + "this node when the cause is mended")]
    private partial void LogFailed(Exception why);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The replicas of this node elect nobody while their promises cannot be saved: {Problem}")]
    private partial void LogNotSaved(string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Shards} of {All} shards are led here from the most advanced of all copies, for "
        + "too few whole ones are left: after a cut of power on several machines the last second of acknowledged writes may be missing")]
    private partial void LogMayHaveLost(int shards, int all);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shard {Shard} is on {Nodes} now; the copy here, of {Keys} keys, is dropped")]
    private partial void LogDropped(int shard, string nodes, long keys);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Messages of node {Node}'s replicas cannot be read: {Problem}")]
    private partial void LogDamaged(string node, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Node {Node} did not take messages for its replicas: {Problem}")]
    private partial void LogNotSent(string node, string problem);
}
