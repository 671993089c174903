using OrleansKv.Engine;
using OrleansKv.Engine.Registers;
using OrleansKv.Simulation.Events;

namespace OrleansKv.Simulation.Registers;

/// <summary>
/// Nodes with acceptors and proposers, clients that read and change registers through them, and faults, out of one seed. The core is the
/// real one, and so is what acceptors write; disk, network and time are simulated.
/// </summary>
internal sealed class RegisterSimulation
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(5);

    /// <summary>Time that the nodes have to agree when all faults are over.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    private readonly int _seed;
    private readonly Random _random;
    private readonly RegisterSimulationOptions _options;
    private readonly EventQueue _events = new();
    private readonly SimulatedNetwork _network;
    private readonly SimulatedNode[] _nodes;
    private readonly RegisterHistory _history = new();
    private readonly RegisterFaults _faults;
    private readonly Dictionary<(int Node, int Life, long Operation), PendingOperation> _pending = [];
    private readonly Dictionary<string, long> _seen = [];
    private bool _isHealing;
    private int _finalReads;

    private RegisterSimulation(int seed, RegisterSimulationOptions options)
    {
        _seed = seed;
        _random = new Random(seed);
        _options = options;
        _network = new SimulatedNetwork(_events, _random);
        _nodes = [.. Enumerable.Range(0, options.Nodes).Select(i => new SimulatedNode(i, _random, options))];
        _faults = new RegisterFaults(_random, _events, _network, _nodes, Crash, Start);
    }

    /// <summary>Runs one seed.</summary>
    public static SimulationResult Run(int seed, RegisterSimulationOptions options) => new RegisterSimulation(seed, options).Run();

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
        catch (CorruptionException found)
        {
            violation = found.Message;
        }

        return new SimulationResult(_seed, _events.Steps, _history.Answered, _faults.Count, _history.Undecided, violation);
    }

    private void RunAll()
    {
        AcceptorSet first = AcceptorSet.First(_nodes[0].Id);
        foreach (SimulatedNode node in _nodes) node.Start(first);
        for (int client = 0; client < _nodes.Length * 2; client++) ClientLater(client);
        foreach (SimulatedNode node in _nodes) TickLater(node);
        Every(_options.FaultEvery, _faults.Next);
        if (_options.SetChangeEvery is { } every) Every(every, ChangeSet);
        while (_events.Step(_options.Duration)) continue;

        _isHealing = true;
        _faults.HealAll();
        while (_events.Step(_options.Duration + (Recovery / 2))) continue;
        foreach (SimulatedNode node in _nodes)
        {
            for (int register = 0; register < _options.Registers; register++)
                Ask(node, node.Number, NameOf(register), isChange: false, null);
        }

        int asked = _nodes.Length * _options.Registers;
        while (_finalReads < asked && _events.Step(_options.Duration + Recovery)) continue;
        if (_finalReads < asked && _faults.HasLivingQuorum())
            throw new SimulationViolationException($"{asked - _finalReads} of {asked} reads are not answered although all faults are over");
        foreach (PendingOperation pending in _pending.Values) _history.Lost(pending);
        _history.Check();
    }

    private static string NameOf(int register) => "r" + register;

    private void Every(TimeSpan about, Action what) => _events.Every(about, _random, () => _isHealing, what);

    private void ClientLater(int client) => _events.After(_options.ThinkTime * (2 * _random.NextDouble()), () =>
    {
        if (_isHealing) return;
        SimulatedNode node = _nodes[client % _nodes.Length];
        if (!node.IsUp || node.StandsStillUntil > _events.Now)
        {
            ClientLater(client);
            return;
        }

        bool isChange = _random.Next(3) > 0;
        long? expected = isChange && _random.Next(3) == 0 ? _random.Next(4) : null;
        Ask(node, client, NameOf(_random.Next(_options.Registers)), isChange, expected);
    });

    // A compare-and-swap names a version near the newest that a client has seen.
    private void Ask(SimulatedNode node, int client, string register, bool isChange, long? expected)
    {
        Proposer proposer = node.Proposer!;
        int token = isChange ? _history.NextToken() : 0;
        if (expected is not null) expected = _seen.GetValueOrDefault(register) + 1 - expected;
        TimeSpan deadline = _events.Now + (_isHealing ? Recovery : TimeSpan.FromMilliseconds(200 + _random.Next(600)));
        long operation = isChange
            ? proposer.Change(register, current => expected is null || (current?.Version ?? 0) == expected ? RegisterHistory.Bytes(token)
                : null, _events.Now, deadline)
            : proposer.Read(register, _events.Now, deadline);
        _pending.Add((node.Number, node.Life, operation), new PendingOperation(client, register, _events.Now, isChange, expected, token));
        Pump(node);
    }

    private void TickLater(SimulatedNode node) => _events.After(TickEvery, () =>
    {
        if (node.IsUp && node.StandsStillUntil <= _events.Now)
        {
            node.Proposer!.Tick(_events.Now);
            node.SetChange?.Tick(_events.Now);
            Pump(node);
        }

        TickLater(node);
    });

    private void ChangeSet()
    {
        SimulatedNode node = _nodes[_random.Next(_nodes.Length)];
        if (!node.IsUp || node.StandsStillUntil > _events.Now
            || node.SetChange is { Step: not (AcceptorSetStep.Done or AcceptorSetStep.Failed) }) return;
        AcceptorSet set = node.Proposer!.Set;
        AcceptorId[] others = [.. _nodes.Where(n => n.IsUp && !set.Current.Contains(n.Id)).Select(n => n.Id)];
        bool removes = others.Length == 0 || (set.Current.Count > 1 && _random.Next(2) == 0);
        if (removes && set.Current.Count == 1) return;
        AcceptorId one = removes ? set.Current[_random.Next(set.Current.Count)] : others[_random.Next(others.Length)];
        node.SetChange = new AcceptorSetChange(
            node.Proposer, removes ? set.Current.Remove(one) : set.Current.Add(one), _events.Now, _events.Now + TimeSpan.FromSeconds(2));
        Pump(node);
    }

    // What a node has to send and to tell, until it has nothing.
    private void Pump(SimulatedNode node)
    {
        while (node.Proposer is { } proposer)
        {
            IReadOnlyList<OutgoingRequest> requests = proposer.TakeRequests();
            IReadOnlyList<RegisterOutcome> outcomes = proposer.TakeOutcomes();
            if (requests.Count == 0 && outcomes.Count == 0) return;
            foreach (OutgoingRequest request in requests) Send(node, request);
            foreach (RegisterOutcome outcome in outcomes)
            {
                node.SetChange?.Handle(outcome, _events.Now);
                if (_pending.Remove((node.Number, node.Life, outcome.Operation), out PendingOperation? pending)) Ended(pending, outcome);
            }
        }
    }

    private void Ended(PendingOperation pending, RegisterOutcome outcome)
    {
        _history.Ended(pending, outcome.Kind, outcome.Value, _events.Now);
        if (outcome.Value is { } value) _seen[pending.Register] = Math.Max(_seen.GetValueOrDefault(pending.Register), value.Version);
        if (!_isHealing) ClientLater(pending.Client);
        else if (outcome.Kind == OutcomeKind.Kept && !pending.IsChange && pending.Called >= _options.Duration) _finalReads++;
    }

    private void Send(SimulatedNode from, OutgoingRequest request)
    {
        if (Array.Find(_nodes, n => n.Id == request.To) is not { } to) return; // its folder is lost
        _network.Send(from.Number, to.Number, () => Arrive(from, to, request));
    }

    private void Arrive(SimulatedNode from, SimulatedNode to, OutgoingRequest request)
    {
        if (to.StandsStillUntil > _events.Now)
        {
            _events.After(to.StandsStillUntil - _events.Now, () => Arrive(from, to, request));
            return;
        }

        if (!to.IsUp || to.Id != request.To) return;
        try
        {
            RegisterReply reply = to.Acceptor!.Handle(request.Request);
            if (_faults.CrashesBeforeTheAnswer()) Crash(to);
            else _network.Send(to.Number, from.Number, () => ArriveBack(from, reply));
        }
        catch (IOException)
        {
            Crash(to); // its disk has failed
        }
    }

    private void ArriveBack(SimulatedNode node, RegisterReply reply)
    {
        if (node.StandsStillUntil > _events.Now)
        {
            _events.After(node.StandsStillUntil - _events.Now, () => ArriveBack(node, reply));
            return;
        }

        if (node.Proposer is not { } proposer) return;
        proposer.Handle(reply, _events.Now);
        node.SetChange?.Handle(reply, _events.Now);
        Pump(node);
    }

    private void Crash(SimulatedNode node)
    {
        if (!node.IsUp) return;
        foreach (var key in _pending.Keys.Where(k => k.Node == node.Number && k.Life == node.Life).ToArray())
        {
            _pending.Remove(key, out PendingOperation? pending);
            _history.Lost(pending!);
            if (!_isHealing) ClientLater(pending!.Client);
        }

        node.Crash(losesPower: _random.Next(2) == 0);
        if (_isHealing) Start(node);
        else _events.After(TimeSpan.FromMilliseconds(20 + _random.Next(400)), () => Start(node));
    }

    // It asks a node that runs who the acceptors are, as a process does that joins; with nobody up it has to know itself.
    private void Start(SimulatedNode node)
    {
        if (node.IsUp) return;
        SimulatedNode[] up = [.. _nodes.Where(n => n.IsUp)];
        node.Start(up.Length > 0 ? up[_random.Next(up.Length)].Proposer!.Set : AcceptorSet.None);
        if (node.Proposer!.Set.Version == 0) node.Crash(losesPower: false);
        else return;
        _events.After(TimeSpan.FromMilliseconds(50), () => Start(node));
    }
}
