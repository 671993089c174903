using System.Buffers.Binary;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;
using OrleansKv.Simulation.Registers;

namespace OrleansKv.Simulation.Replication;

/// <summary>
/// A shard's log and map on a simulated disk. The journal is only appended to: what was taken back stands in it, and the record that begins
/// another past says where. A restart applies all that it finds.
/// A record's bytes: <c>i32 key, -1 for the beginning of a tenure | i64 version | i32 token</c>.
/// </summary>
internal sealed class SimulatedLog : IReplicaLog
{
    public const int RecordBytes = 16;

    private readonly ReplicationSimulationOptions _options;
    private readonly List<SimulatedRecord> _journal = []; // behind _start, in the order of the disk
    private readonly List<(SimulatedRecord Record, int Place)> _records = []; // the log, and each one's place in the journal
    private readonly List<EpochStart> _epochs = [];
    private readonly Dictionary<int, RegisterState> _map = [];
    private readonly Dictionary<int, LogPosition> _changed = [];
    private LogPosition _start; // of the state that the disk has as a snapshot
    private EpochStart[] _startEpochs = [];
    private Dictionary<int, RegisterState> _startMap = [];
    private int _applied; // records of _records
    private int _safe; // records of _journal
    private int _flushed;
    private Epoch _promisedOnDisk;
    private bool _keepsPromise = true;
    private bool _hasLostOnDisk;
    private int _wholeWith; // records of _journal behind which the tail was said to be whole

    public SimulatedLog(ReplicationSimulationOptions options) => _options = options;

    public LogPosition End => _records.Count > 0 ? _records[^1].Record.Position : _start;

    public LogPosition Applied => _applied > 0 ? _records[_applied - 1].Record.Position : _start;

    public LogPosition Safe
    {
        get
        {
            for (int i = _records.Count - 1; i >= 0; i--)
            {
                if (_records[i].Place < _safe) return _records[i].Record.Position;
            }

            return _start;
        }
    }

    public Epoch Promised { get; private set; }

    public bool MayHaveLostTail { get; private set; }

    public LogHead Head => new(End, Applied, [.. _epochs]);

    /// <summary>Something is not on the disk.</summary>
    public bool IsDirty => _safe < _journal.Count || _promisedOnDisk < Promised || _hasLostOnDisk != MayHaveLostTail;

    /// <summary>The state of a key.</summary>
    public RegisterState StateOf(int key) => _map.GetValueOrDefault(key);

    /// <summary>Position of the record that made it so; of the snapshot for older ones.</summary>
    public LogPosition PositionOf(int key) => _changed.GetValueOrDefault(key, _start);

    public bool Has(LogPosition position) => Head.Has(position);

    public IReplicaRecords? Read(LogPosition after, int maxBytes)
    {
        int from = after == _start ? 0 : _records.FindIndex(r => r.Record.Position == after) + 1;
        if ((from == 0 && after != _start) || _records.Count - from > _options.RecordsAtHand) return null;
        return new SimulatedRecords(after, [.. _records.Skip(from).Take(Math.Max(1, maxBytes / RecordBytes)).Select(r => r.Record)]);
    }

    public void Append(IReplicaRecords records, LogPosition after)
    {
        foreach (SimulatedRecord record in ((SimulatedRecords)records).All.SkipWhile(r => r.Position <= after)) Add(record, isNew: true);
        ApplyIfAtOnce();
    }

    public void Truncate(LogPosition to)
    {
        int keep = to == _start ? 0 : _records.FindIndex(r => r.Record.Position == to) + 1;
        if (keep < _applied) throw new SimulationViolationException($"records behind {to} are to be taken back, and {Applied} is applied");
        _records.RemoveRange(keep, _records.Count - keep);
        _epochs.RemoveAll(e => e.First > to.Lsn);
    }

    public void Apply(LogPosition upTo)
    {
        while (_applied < _records.Count && _records[_applied].Record.Position <= upTo) ApplyNext();
    }

    public void Begin(Epoch tenure)
    {
        Add(new SimulatedRecord(End, new LogPosition(tenure, End.Lsn.Next), BytesOf(-1, default)), isNew: true);
        ApplyIfAtOnce();
    }

    public void Promise(Epoch epoch) => Promised = epoch;

    public void TailIsWhole()
    {
        MayHaveLostTail = false;
        _wholeWith = _journal.Count;
    }

    /// <summary>Digests that were begun, for the host to hand over.</summary>
    public Queue<(LogPosition At, StateDigest Digest)> Digests { get; } = [];

    public LogPosition? BeginDigest()
    {
        UInt128 sum = 0;
        foreach ((int key, RegisterState state) in _map) sum += HashOf(key, state);
        Digests.Enqueue((Applied, new StateDigest(sum, _map.Count)));
        return Applied;
    }

    private static ulong HashOf(int key, RegisterState state)
    {
        ulong hash = (((ulong)(uint)key << 32) | (uint)state.Token) ^ ((ulong)state.Version * 0x9E37_79B9_7F4A_7C15);
        hash = (hash ^ (hash >> 30)) * 0xBF58_476D_1CE4_E5B9; // SplitMix64
        hash = (hash ^ (hash >> 27)) * 0x94D0_49BB_1331_11EB;
        return hash ^ (hash >> 31);
    }

    /// <summary>A key changes in memory, and no record says so.</summary>
    public void Rot(int key) => _map[key] = new RegisterState(StateOf(key).Version, ~StateOf(key).Token);

    /// <summary>The leader changes a key; returns the record's position and the key's state behind it.</summary>
    public (LogPosition Position, RegisterState State) Change(int key, int token)
    {
        var state = new RegisterState(StateOf(key).Version + 1, token);
        Add(new SimulatedRecord(End, End.Next, BytesOf(key, state)), isNew: true);
        ApplyNext();
        return (End, state);
    }

    /// <summary>Gives up a copy of which the node is no member any more. What it has promised stays.</summary>
    public void Drop()
    {
        GiveUp();
        _journal.Clear();
        _safe = 0;
        Recover(appliesAll: true);
    }

    /// <summary>What a disk operation that begins now brings to the disk.</summary>
    public (int Records, Epoch Promised) Unsaved() => (_journal.Count, Promised);

    /// <summary>It has ended.</summary>
    public void Saved((int Records, Epoch Promised) what)
    {
        _safe = Math.Min(Math.Max(_safe, what.Records), _journal.Count);
        if (_options.FlushesAlways) _flushed = _safe;
        if (!MayHaveLostTail && _safe >= _wholeWith) _hasLostOnDisk = false;
        if (what.Promised > _promisedOnDisk) _promisedOnDisk = what.Promised;
        _keepsPromise = _options.HostMutation != ReplicationHostMutation.PromiseNotOnDisk;
    }

    /// <summary>The flush of each second.</summary>
    public void Flush() => _flushed = _safe;

    /// <summary>
    /// Becomes another log: its state as far as that has applied it, and the records behind. On the disk at once and as a whole: a copy may
    /// be replaced only by one that goes as far, for what it has acknowledged counts.
    /// </summary>
    public void Install(SimulatedLog from)
    {
        _start = from.Applied;
        _startEpochs = [.. from._epochs.Where(e => e.First <= _start.Lsn)];
        _startMap = new Dictionary<int, RegisterState>(from._map);
        _journal.Clear();
        _journal.AddRange(from._records.Skip(from._applied).Select(r => r.Record));
        _safe = _flushed = _journal.Count;
        Recover(appliesAll: _options.AppliesAtOnce);
    }

    /// <summary>The log as a process finds it that starts after a kill -9 of the last one, or after a cut of power.</summary>
    public void Restart(bool losesPower)
    {
        bool isRepaired = losesPower && _options is { RepairsFolders: true, FlushesAlways: false } && End.Lsn.Value % 2 == 0;
        if (isRepaired) GiveUp();
        int kept = losesPower ? _flushed : _safe;
        Digests.Clear();
        _journal.RemoveRange(kept, _journal.Count - kept);
        _safe = _flushed = Math.Min(kept, _journal.Count);
        bool isNoted = !isRepaired || _options.HostMutation != ReplicationHostMutation.RepairNotNoted;
        if (losesPower && !_options.FlushesAlways && isNoted) _hasLostOnDisk = true;
        MayHaveLostTail = _hasLostOnDisk;
        Recover(appliesAll: true);
        if (!_keepsPromise) _promisedOnDisk = Epoch.None;
        Promised = new Epoch(Math.Max(_promisedOnDisk.Value, End.Epoch.Value));
    }

    /// <summary>Records behind a position, for checks.</summary>
    public IEnumerable<SimulatedRecord> Behind(Lsn lsn, LogPosition upTo) =>
        _records.Select(r => r.Record).Where(r => r.Position.Lsn > lsn && r.Position <= upTo);

    /// <summary>The Lsn behind which <see cref="Behind"/> has all.</summary>
    public Lsn Start => _start.Lsn;

    // The epoch of what goes is kept, as the manifest keeps it.
    private void GiveUp()
    {
        _promisedOnDisk = new Epoch(Math.Max(_promisedOnDisk.Value, End.Epoch.Value));
        (_start, _startEpochs, _startMap, _flushed) = (LogPosition.None, [], [], 0);
    }

    private void Recover(bool appliesAll)
    {
        _records.Clear();
        _epochs.Clear();
        _epochs.AddRange(_startEpochs);
        _map.Clear();
        _changed.Clear();
        foreach ((int key, RegisterState state) in _startMap) _map[key] = state;
        _applied = 0;
        for (int place = 0; place < _journal.Count; place++)
        {
            SimulatedRecord record = _journal[place];
            if (record.Before != End) Truncate(record.Before);
            Add(record, isNew: false, place);
        }

        while (appliesAll && _applied < _records.Count) ApplyNext();
    }

    private void Add(SimulatedRecord record, bool isNew, int place = 0)
    {
        if (record.Before != End && _options.Mutation != ReplicationMutation.ForkedTailKept)
            throw new SimulationViolationException($"record {record.Position} follows {record.Before}, and the log ends at {End}");
        if (isNew)
        {
            place = _journal.Count;
            _journal.Add(record);
        }

        _records.Add((record, place));
        if (_epochs.Count == 0 || _epochs[^1].Epoch < record.Position.Epoch)
            _epochs.Add(new EpochStart(record.Position.Epoch, record.Position.Lsn));
    }

    private void ApplyIfAtOnce()
    {
        while (_options.AppliesAtOnce && _applied < _records.Count) ApplyNext();
    }

    private void ApplyNext()
    {
        SimulatedRecord record = _records[_applied++].Record;
        ReadOnlySpan<byte> bytes = record.Bytes.Span;
        int key = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (key < 0) return;
        _changed[key] = record.Position;
        _map[key] = new RegisterState(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[4..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]));
    }

    private static byte[] BytesOf(int key, RegisterState state)
    {
        var bytes = new byte[RecordBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, key);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4), state.Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), state.Token);
        return bytes;
    }
}
