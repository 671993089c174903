namespace OrleansKv.Engine.Registers;

/// <summary>
/// One of the memories of the registers (CASPaxos: D. Rystsov, "CASPaxos: Replicated State Machines without logs", 2018). Invariants: the
/// promised ballot of a register never goes down; nothing is accepted below it; a reply is given only when what it says is saved. One
/// thread.
/// </summary>
public sealed class Acceptor(AcceptorId id, AcceptorSet set, IReadOnlyDictionary<string, AcceptorSlot> slots, IAcceptorLog log)
{
    private readonly Dictionary<string, AcceptorSlot> _slots = new(slots);
    private AcceptorSet _set = set;
    private IOException? _failure;

    /// <summary>The newest acceptor set that it has been asked with.</summary>
    public AcceptorSet Set => _set;

    /// <summary>
    /// Answers one request. Throws <see cref="NotSavedException"/> when the answer could not be saved, and nothing has changed; any other
    /// <see cref="IOException"/> when that is not known, and from then on at every call.
    /// </summary>
    public RegisterReply Handle(RegisterRequest request)
    {
        if (_failure is { } before) throw new IOException($"acceptor {id} has stopped: {before.Message}", before);
        try
        {
            return Answer(request);
        }
        catch (IOException failure) when (failure is not NotSavedException)
        {
            _failure = failure; // what the disk has is not known: only a new start reads it
            throw;
        }
    }

    private RegisterReply Answer(RegisterRequest request)
    {
        AcceptorSlot slot = _slots.GetValueOrDefault(request.Register, AcceptorSlot.Empty);
        if (request.Set.Version < _set.Version) return Reply(request, ReplyKind.StaleSet, slot);
        if (request.Set.Version > _set.Version)
        {
            log.Save(request.Set);
            _set = request.Set;
        }

        switch (request.Kind)
        {
            case RequestKind.Prepare:
                // The same ballot again is the same attempt's message, doubled on its way.
                if (request.Ballot < slot.Promised) return Reply(request, ReplyKind.Outrun, slot);
                if (request.Ballot > slot.Promised) Save(request.Register, slot = slot with { Promised = request.Ballot });
                return Reply(request, ReplyKind.Granted, slot);
            case RequestKind.Accept:
                if (request.Ballot < slot.Promised) return Reply(request, ReplyKind.Outrun, slot);
                if (request.Ballot > slot.Accepted)
                    Save(request.Register, slot = new AcceptorSlot(request.Ballot, request.Ballot, request.Value));
                return Reply(request, ReplyKind.Granted, slot);
            case RequestKind.Look:
                return Reply(request, ReplyKind.Granted, slot);
            case RequestKind.Fence:
                return Reply(request, ReplyKind.Granted, AcceptorSlot.Empty) with
                {
                    Registers = [.. _slots.Keys.Order(StringComparer.Ordinal)],
                };
            default:
                throw new ArgumentException($"no request has the kind {(byte)request.Kind}", nameof(request));
        }
    }

    private void Save(string register, AcceptorSlot slot)
    {
        log.Save(register, slot);
        _slots[register] = slot;
    }

    private RegisterReply Reply(RegisterRequest request, ReplyKind kind, AcceptorSlot slot) => new(
        id, request.Kind, request.Register, request.Ballot, kind, slot.Promised, slot.Accepted, slot.Value, _set, []);
}
