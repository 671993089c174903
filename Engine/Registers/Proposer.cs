namespace OrleansKv.Engine.Registers;

/// <summary>
/// Reads and changes registers for one process. It does no I/O and reads no clock: requests are taken from <see cref="TakeRequests"/>,
/// replies and time are handed in, ends of operations are taken from <see cref="TakeOutcomes"/>. Operations of one register go one after
/// the other. One thread.
/// </summary>
/// <param name="id">Unique to this life of this process.</param>
/// <param name="set">The acceptors.</param>
/// <param name="options">Times.</param>
/// <param name="random">For pauses.</param>
public sealed class Proposer(ProposerId id, AcceptorSet set, ProposerOptions options, Random random)
{
    private readonly Dictionary<string, RegisterQueue> _queues = [];
    private readonly List<OutgoingRequest> _requests = [];
    private readonly List<RegisterOutcome> _outcomes = [];
    private AcceptorSet _set = set;
    private ulong _counter;
    private long _operations;

    /// <summary>The newest acceptor set that it knows of.</summary>
    public AcceptorSet Set => _set;

    /// <summary>Reads a register. Returns the operation's number.</summary>
    public long Read(string register, TimeSpan now, TimeSpan deadline) => Submit(register, null, isRewrite: false, now, deadline);

    /// <summary>Changes a register.</summary>
    public long Change(string register, RegisterChange change, TimeSpan now, TimeSpan deadline) =>
        Submit(register, change, isRewrite: false, now, deadline);

    /// <summary>Has a quorum of the present set accept the register's value again.</summary>
    public long Rewrite(string register, TimeSpan now, TimeSpan deadline) => Submit(register, null, isRewrite: true, now, deadline);

    /// <summary>A set that has been chosen. Attempts under an older one begin again.</summary>
    public void Use(AcceptorSet newer, TimeSpan now)
    {
        if (newer.Version <= _set.Version) return;
        _set = newer;
        foreach (RegisterQueue queue in _queues.Values) queue.SetChanged(now);
    }

    /// <summary>A reply has come. Late and doubled ones are known by their ballots.</summary>
    public void Handle(RegisterReply reply, TimeSpan now)
    {
        if (reply.Promised.Counter > _counter) _counter = reply.Promised.Counter;
        Use(reply.Set, now);
        if (reply.Kind == ReplyKind.StaleSet || reply.To == RequestKind.Fence) return;
        if (_queues.TryGetValue(reply.Register, out RegisterQueue? queue)) queue.Handle(reply, now);
    }

    /// <summary>Time has passed: resends, ends pauses and what is over its deadline.</summary>
    public void Tick(TimeSpan now)
    {
        foreach (RegisterQueue queue in _queues.Values) queue.Tick(now);
    }

    public IReadOnlyList<OutgoingRequest> TakeRequests() => Take(_requests);

    public IReadOnlyList<RegisterOutcome> TakeOutcomes() => Take(_outcomes);

    internal RegisterMutation Mutation { get; init; }

    internal Ballot NextBallot() => new(++_counter, id);

    internal ProposerOptions Options => options;

    internal TimeSpan PauseBelow(TimeSpan longest) => longest * random.NextDouble();

    internal void Send(AcceptorId to, RegisterRequest request) => _requests.Add(new OutgoingRequest(to, request));

    internal void End(RegisterOperation operation, OutcomeKind kind, RegisterValue? value) =>
        _outcomes.Add(new RegisterOutcome(operation.Id, kind, value));

    private long Submit(string register, RegisterChange? change, bool isRewrite, TimeSpan now, TimeSpan deadline)
    {
        if (!_queues.TryGetValue(register, out RegisterQueue? queue)) _queues[register] = queue = new RegisterQueue(this);
        var operation = new RegisterOperation(++_operations, register, change, isRewrite, deadline, Mutation);
        if (queue.Count >= options.MaxWaiting) End(operation, OutcomeKind.Unreachable, null);
        else queue.Add(operation, now);
        return operation.Id;
    }

    private static T[] Take<T>(List<T> from)
    {
        T[] taken = [.. from];
        from.Clear();
        return taken;
    }
}
