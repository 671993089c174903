using OrleansKv.Engine.Replication;
using OrleansKv.Protocol;
using OrleansKv.Simulation.Events;
using OrleansKv.Simulation.Registers;

namespace OrleansKv.Simulation.Replication;

/// <summary>
/// A shard's replicas on several nodes, clients that read and write through whoever leads, and faults, out of one seed. The replication
/// core is the real one; disk, network, clocks and the cluster map are simulated. At each step: no two records are committed at one place
/// of the log, and a follower applies only what is committed. At the end: each key's history is linearizable.
/// </summary>
internal sealed class ReplicationSimulation
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ClientPatience = TimeSpan.FromMilliseconds(700);

    /// <summary>Time in which the replicas must serve again when all faults are over.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(12);

    private readonly int _seed;
    private readonly Random _random;
    private readonly ReplicationSimulationOptions _options;
    private readonly EventQueue _events = new();
    private readonly SimulatedNetwork _network;
    private readonly SimulatedReplicaNode[] _nodes;
    private readonly SimulatedMap _map;
    private readonly ReplicationFaults _faults;
    private readonly ReplicationHistory _history = new();
    private readonly Dictionary<long, LogPosition> _committed = []; // by Lsn, of all that any leader has held for committed
    private readonly HashSet<int> _finalReads = [];
    private readonly Dictionary<int, Action> _openWrites = []; // by token: what becomes of it when its client is never told
    private bool _isHealing;

    private ReplicationSimulation(int seed, ReplicationSimulationOptions options)
    {
        _seed = seed;
        _random = new Random(seed);
        _options = options;
        _network = new SimulatedNetwork(_events, _random);
        _nodes = [.. Enumerable.Range(0, options.Nodes).Select(i =>
            new SimulatedReplicaNode(new ReplicaId(i), options, 1 - options.ClockDrift + (2 * options.ClockDrift * _random.NextDouble())))];
        _map = new SimulatedMap(_random, _nodes, _network, options.WrongLooksOneIn);
        _faults = new ReplicationFaults(_random, _events, _network, _nodes, options, Crash, Start);
    }

    /// <summary>Runs one seed.</summary>
    public static SimulationResult Run(int seed, ReplicationSimulationOptions options) => new ReplicationSimulation(seed, options).Run();

    private SimulationResult Run()
    {
        string? violation = null;
        try
        {
            RunAll();
        }
        catch (SimulationViolationException found)
        {
            violation = found.Message;
        }

        return new SimulationResult(_seed, _events.Steps, _history.Answered, _faults.Count, _history.Undecided, violation);
    }

    private void RunAll()
    {
        foreach (SimulatedReplicaNode node in _nodes)
        {
            Start(node);
            TickLater(node);
            if (!_options.FlushesAlways) FlushLater(node);
        }

        for (int client = 0; client < 6; client++) ClientLater(client);
        Every(_options.FaultEvery, _faults.Next);
        Every(_options.SetChangeEvery, () => Announce(_map.ChangeMembers()));
        WatchLater();
        while (_events.Step(_options.Duration)) continue;

        _isHealing = true;
        _faults.HealAll();
        for (int key = 0; key < _options.Keys; key++) ReadAtTheEnd(key);
        while (_finalReads.Count < _options.Keys && _events.Step(_options.Duration + Recovery)) continue;
        if (_finalReads.Count < _options.Keys)
            throw new SimulationViolationException($"{Recovery.TotalSeconds} s after all faults are over the keys are not served: the map "
                + $"has {Describe(_map.Current)}; {string.Join("; ", _nodes.Select(Describe))}");
        foreach (Action tell in _openWrites.Values) tell();
        _history.Check();
    }

    private void Trace(string what) => _options.Trace?.Invoke($"{_events.Now.TotalMilliseconds:0000.000}  {what}");

    private static string Describe(ReplicaSet set) => $"leader {set.Leader} in epoch {set.Epoch} of {string.Join(' ', set.Members)}"
        + (set.Former.IsEmpty ? "" : $", before {string.Join(' ', set.Former)}");

    private static string Describe(SimulatedReplicaNode node) => node.Replica is not { } replica
        ? $"node {node.Id} is down"
        : $"node {node.Id} is {replica.Phase} ({Describe(replica.Set)}), has promised {node.Log.Promised}, its log ends at {node.Log.End}, "
            + $"applied {node.Log.Applied}, safe {node.Log.Safe}, committed {replica.Committed}, needs state of {replica.NeedsStateFrom}, "
            + $"may have lost its tail: {node.Log.MayHaveLostTail}, waits for the disk: {node.IsSaving} {node.BehindDisk.Count}; "
            + string.Join(", ", replica.Followers.Select(f => $"follower {f.Id} next {f.Next} matches {f.Matches} away {f.AwaySince} sent "
                + $"{f.SentAt} answered {f.AnsweredAt} needs state {f.NeedsState}"));

    private void Every(TimeSpan about, Action what) => _events.Every(about, _random, () => _isHealing, what);

    // The failure detector, and who clears up behind a change of the members.
    private void WatchLater() => _events.After(TimeSpan.FromMilliseconds(50 + _random.Next(100)), () =>
    {
        _map.LookForSettledMembers();
        Announce(_map.LookForDeadLeader(_events.Now, looksWrong: !_isHealing));
        WatchLater();
    });

    private void Announce(bool hasChanged)
    {
        if (!hasChanged) return;
        Trace($"the map has {Describe(_map.Current)}");
        foreach (SimulatedReplicaNode node in _nodes) _events.After(_options.MapNewsWithin * _random.NextDouble(), () => TellMap(node));
    }

    // The map is read from a majority of the nodes.
    private void TellMap(SimulatedReplicaNode node)
    {
        if (!_map.IsInMajority(node)) return;
        On(node, replica =>
        {
            replica.MapChanged(_map.Current, node.ClockAt(_events.Now));
            if (!IsLeftOver(node, replica) || node.IsTakingState || node.Log.End == LogPosition.None) return;
            node.Log.Drop();
        });
    }

    // Others have the shard, one of them has served, and nothing is promised to a leader whose map has not come.
    private bool IsLeftOver(SimulatedReplicaNode node, ShardReplica replica) =>
        replica.Set.Epoch == _map.Current.Epoch && node.Log.Promised <= _map.Current.Epoch
        && !_map.Current.Members.Contains(node.Id)
        && (_map.Current.Former.IsEmpty || _options.HostMutation == ReplicationHostMutation.DropOfFormerMember);

    private void ClientLater(int client) => _events.After(_options.ThinkTime * (2 * _random.NextDouble()), () =>
    {
        if (_isHealing) return;
        SimulatedReplicaNode node = _random.Next(3) == 0 ? _nodes[_random.Next(_nodes.Length)] : _nodes[_map.Current.Leader.Value];
        int key = _random.Next(_options.Keys);
        if (_random.Next(2) == 0) Write(node, client, key);
        else Read(node, client, key, _ => ClientLater(client));
    });

    // Tells its end, and whether it was answered.
    private void Read(SimulatedReplicaNode node, int client, int key, Action<bool> ended)
    {
        TimeSpan called = _events.Now;
        bool isOver = false;
        void End(bool isAnswered)
        {
            if (isOver) return;
            isOver = true;
            ended(isAnswered);
        }

        _events.After(ClientPatience, () => End(false));
        Deliver(node, () =>
        {
            ShardReplica replica = node.Replica!;
            bool mayRead = _options.HostMutation == ReplicationHostMutation.ReadWithoutLease
                || _options.ReadsByQuorum ? replica.IsServing : replica.LeasedUntil > node.ClockAt(_events.Now);
            if (!mayRead)
            {
                Reply(() => End(false));
                return;
            }

            RegisterState seen = node.Log.StateOf(key);
            TimeSpan? confirmedAt = _options.ReadsByQuorum ? node.ClockAt(_events.Now) : null;
            if (confirmedAt is { } from) replica.Confirm(from, from);
            AnswerWhenCommitted(node, node.Log.PositionOf(key), confirmedAt, () => Reply(() =>
            {
                if (!isOver) _history.Read(client, key, called, _events.Now, seen);
                End(true);
            }));
        });
    }

    private void Write(SimulatedReplicaNode node, int client, int key)
    {
        TimeSpan called = _events.Now;
        int token = _history.NextToken();
        bool isOver = false;
        void End()
        {
            isOver = true;
            _openWrites.Remove(token);
            ClientLater(client);
        }

        _events.After(ClientPatience, () =>
        {
            if (isOver) return;
            if (_openWrites.TryGetValue(token, out Action? tell)) tell();
            End();
        });
        Deliver(node, () =>
        {
            if (isOver) return; // the simulation's own knowledge: one that comes so late would be a write of nobody
            if (!node.Replica!.IsServing)
            {
                Reply(() =>
                {
                    if (!isOver) End();
                });
                return;
            }

            _openWrites[token] = () => _history.PerhapsWritten(client, key, called, token);
            (LogPosition position, RegisterState state) = node.Log.Change(key, token);
            node.Replica.LogChanged(node.ClockAt(_events.Now));
            AnswerWhenCommitted(node, position, null, () => Reply(() =>
            {
                if (isOver) return;
                _history.Written(client, key, called, _events.Now, state);
                End();
            }));
        });
    }

    private void AnswerWhenCommitted(SimulatedReplicaNode node, LogPosition position, TimeSpan? confirmedAt, Action answer)
    {
        if (_options.HostMutation == ReplicationHostMutation.ReplyBeforeCommit) answer();
        else node.Waiting.Add(new WaitingAnswer(position, node.Replica!.Set.Epoch, confirmedAt, answer));
        Pump(node);
    }

    private void ReadAtTheEnd(int key) => Read(_nodes[_map.Current.Leader.Value], key, key, isAnswered =>
    {
        if (isAnswered) _finalReads.Add(key);
        else _events.After(TimeSpan.FromMilliseconds(100), () => ReadAtTheEnd(key));
    });

    private void TickLater(SimulatedReplicaNode node) => _events.After(TickEvery, () =>
    {
        if (node.StandsStillUntil <= _events.Now)
        {
            if (_random.NextDouble() * _options.MapNewsWithin < TickEvery / 4) TellMap(node); // it looks by itself, too
            On(node, replica => replica.Tick(node.ClockAt(_events.Now)));
        }

        TickLater(node);
    });

    private void FlushLater(SimulatedReplicaNode node) => _events.After(TimeSpan.FromSeconds(1), () =>
    {
        if (node.IsUp) node.Log.Flush();
        FlushLater(node);
    });

    // A message of a client, or of another node; one that stands still takes it when it goes on.
    private void Deliver(SimulatedReplicaNode node, Action what) =>
        _events.After(TimeSpan.FromMilliseconds(0.2 + _random.NextDouble()), () => Arrive(node, node.Life, what));

    private void Arrive(SimulatedReplicaNode node, int life, Action what)
    {
        if (!node.IsUp || node.Life != life) return;
        if (node.StandsStillUntil > _events.Now)
        {
            _events.After(node.StandsStillUntil - _events.Now, () => Arrive(node, life, what));
            return;
        }

        what();
        Pump(node);
    }

    private void Reply(Action take) => _events.After(TimeSpan.FromMilliseconds(0.2 + _random.NextDouble()), take);

    private void On(SimulatedReplicaNode node, Action<ShardReplica> what)
    {
        if (node.Replica is not { } replica || node.StandsStillUntil > _events.Now) return;
        what(replica);
        Pump(node);
    }

    // What a node has to save, to send and to answer.
    private void Pump(SimulatedReplicaNode node)
    {
        if (node.Replica is not { } replica) return;
        IReadOnlyList<OutgoingMessage> messages = replica.TakeMessages();
        bool mustWait = node.IsSaving || node.Log.IsDirty;
        if (_options.HostMutation == ReplicationHostMutation.AnswerBeforeDisk) mustWait = false;
        foreach (OutgoingMessage message in messages)
        {
            bool isPromise = message.Message is PromiseReply && _options.HostMutation == ReplicationHostMutation.PromiseNotOnDisk;
            if (isPromise && !_isHealing) _events.After(TimeSpan.FromMilliseconds(2), () => CrashSometimes(node)); // where it shows
            if (mustWait && !isPromise) node.BehindDisk.Add(message);
            else Send(node, message);
        }

        if (_options.Trace is not null && node.Shown != (replica.Phase, replica.Set.Epoch, replica.Committed, node.Log.End))
        {
            node.Shown = (replica.Phase, replica.Set.Epoch, replica.Committed, node.Log.End);
            Trace(Describe(node));
        }

        Save(node);
        CheckCommitted(node, replica);
        CheckKnownCommitted(node, replica);
        Answer(node, replica);
        TransferState(node, replica);
    }

    private void CrashSometimes(SimulatedReplicaNode node)
    {
        if (_random.Next(3) == 0) Crash(node, losesPower: false);
    }

    private void Save(SimulatedReplicaNode node)
    {
        if (node.IsSaving || !node.Log.IsDirty) return;
        node.IsSaving = true;
        (int Records, Epoch Promised) what = node.Log.Unsaved();
        List<OutgoingMessage> behind = node.BehindDisk;
        node.BehindDisk = [];
        int life = node.Life;
        _events.After(_faults.DiskDelay * (0.5 + _random.NextDouble()), () =>
        {
            if (node.Life != life || !node.IsUp) return;
            if (_faults.CrashesWhileItSaves())
            {
                Crash(node, losesPower: false);
                return;
            }

            node.IsSaving = false;
            node.Log.Saved(what);
            foreach (OutgoingMessage message in behind) Send(node, message);
            if (node.StandsStillUntil <= _events.Now) node.Replica!.LogChanged(node.ClockAt(_events.Now));
            Pump(node);
        });
    }

    private void Send(SimulatedReplicaNode from, OutgoingMessage message)
    {
        SimulatedReplicaNode to = _nodes[message.To.Value];
        _network.Send(from.Id.Value, to.Id.Value, () => Take(from, to, message.Message));
    }

    private void Take(SimulatedReplicaNode from, SimulatedReplicaNode to, IReplicaMessage message)
    {
        if (to.StandsStillUntil > _events.Now)
        {
            _events.After(to.StandsStillUntil - _events.Now, () => Take(from, to, message));
            return;
        }

        LogPosition applied = to.Log.Applied;
        On(to, replica => replica.Handle(from.Id, message, to.ClockAt(_events.Now)));
        if (message is AppendRequest) CheckApplied(to, applied);
    }

    private void Answer(SimulatedReplicaNode node, ShardReplica replica)
    {
        if (node.Waiting.Count == 0) return;
        foreach (WaitingAnswer waiting in node.Waiting.ToArray())
        {
            bool isHere = replica.IsServing && replica.Set.Epoch == waiting.Tenure;
            if (isHere && (replica.Committed < waiting.Position || replica.ConfirmedAt < waiting.ConfirmedAt)) continue;
            node.Waiting.Remove(waiting);
            if (isHere) waiting.Answer(); // otherwise its client is never told
        }
    }

    private void TransferState(SimulatedReplicaNode node, ShardReplica replica)
    {
        if (replica.NeedsStateFrom is { } source) GiveState(_nodes[source.Value], node);
        foreach (ReplicaId follower in replica.NeedState) GiveState(node, _nodes[follower.Value]);
    }

    private void GiveState(SimulatedReplicaNode from, SimulatedReplicaNode to)
    {
        if (to.IsTakingState || !to.IsUp) return;
        to.IsTakingState = true;
        int life = to.Life, fromLife = from.Life;
        Epoch epoch = to.Replica!.NeedsStateFrom == from.Id ? to.Replica.Set.Epoch : from.Replica?.Set.Epoch ?? Epoch.None;
        _events.After(TimeSpan.FromMilliseconds(5 + _random.Next(40)), () =>
        {
            if (to.Life != life || !to.IsUp) return;
            to.IsTakingState = false;
            // As a leader's message of its epoch, it is refused by who has promised another.
            bool isWanted = to.Replica!.NeedsStateFrom == from.Id
                || (from.Replica is { } leader && leader.NeedState.Contains(to.Id));
            if (!from.IsUp || from.Life != fromLife || !isWanted || from.Log.Promised != epoch || to.Log.Promised > epoch) return;
            if (to.Replica.NeedsStateFrom == from.Id && from.Log.End < to.Replica.LeastState) return;
            to.Log.Install(from.Log);
            Trace($"node {to.Id} has taken the state of node {from.Id}");
            On(to, r => r.StateArrived(to.ClockAt(_events.Now)));
        });
    }

    // Every leader's committed records are the same as far as any two go.
    private void CheckCommitted(SimulatedReplicaNode node, ShardReplica replica)
    {
        if (replica.Phase is not (ReplicaPhase.Leading or ReplicaPhase.Beginning)) return;
        Epoch tenure = replica.Set.Epoch;
        Lsn from = node.Checked.Tenure == tenure ? node.Checked.Lsn : node.Log.Start;
        LogPosition committed = replica.Committed;
        foreach (SimulatedRecord record in node.Log.Behind(from, committed))
        {
            if (_committed.TryAdd(record.Position.Lsn.Value, record.Position)) continue;
            LogPosition before = _committed[record.Position.Lsn.Value];
            if (before != record.Position)
                throw new SimulationViolationException(
                    $"{before} was committed, and node {node.Id} in epoch {tenure} has {record.Position} there");
        }

        node.Checked = (tenure, committed.Lsn);
    }

    // What a node gives to those who follow the whole cluster (docs/adr/0026).
    private void CheckKnownCommitted(SimulatedReplicaNode node, ShardReplica replica)
    {
        LogPosition known = replica.KnownCommitted;
        if (_options.Mutation != ReplicationMutation.None || known == LogPosition.None) return;
        bool isNoted = _committed.TryGetValue(known.Lsn.Value, out LogPosition committed);
        if (isNoted ? committed != known : known.Lsn > node.Log.Start)
            throw new SimulationViolationException($"node {node.Id} takes {known} for committed, which nobody has committed");
    }

    private void CheckApplied(SimulatedReplicaNode node, LogPosition before)
    {
        if (_options.AppliesAtOnce || _options.Mutation == ReplicationMutation.ForkedTailKept) return;
        if (!node.IsUp || node.Log.Applied <= before) return;
        LogPosition applied = node.Log.Applied;
        if (!_committed.TryGetValue(applied.Lsn.Value, out LogPosition known) || known != applied)
            throw new SimulationViolationException($"node {node.Id} has applied {applied}, which nobody has committed");
    }

    private void Crash(SimulatedReplicaNode node, bool losesPower)
    {
        if (!node.IsUp) return;
        Trace($"node {node.Id} dies{(losesPower ? " without power" : "")}");
        node.Crash(losesPower);
        if (_isHealing) Start(node);
        else _events.After(TimeSpan.FromMilliseconds(20 + _random.Next(800)), () => Start(node));
    }

    private void Start(SimulatedReplicaNode node)
    {
        if (node.IsUp) return;
        node.Start(_events.Now);
        Trace($"node {node.Id} starts");
        TellMap(node);
    }
}
