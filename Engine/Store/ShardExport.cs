using System.Buffers.Binary;
using System.Diagnostics;
using OrleansKv.Engine.Journal;
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Snapshots;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Store;

/// <summary>
/// A shard's state for another node, taken while the shard is served, or followed: its entries as they were when the export began, in
/// parts, then the records since. The order of use: <see cref="NextEntries"/> until it has no more, with <see cref="NextRecords"/>
/// between, then records until few are left, then <see cref="Stop"/> and the last records. One thread at a time.
/// What changes before the walk comes by is encoded at once, so memory has a bound (<see cref="MaxWaitingBytes"/>), and so have the records
/// that wait (<see cref="TailBytes"/>): an export that does not keep up with its clients is given up, and the shard is served on.
/// A part of entries: <c>u32 CRC-32C of the rest | entries as in a snapshot's blocks</c>.
/// </summary>
public sealed class ShardExport : ISnapshotSink, IDisposable
{
    /// <summary>A part has this many bytes and a part of an entry: about 1 ms of the receiver's time.</summary>
    public const int PartBytes = 256 * 1024;

    /// <summary>Encoded entries that may wait to be sent, bytes.</summary>
    private const int MaxWaitingBytes = 24 * 1024 * 1024;

    /// <summary>Records that may wait to be sent, bytes: a second of 100,000 writes a second.</summary>
    private const int TailBytes = 16 * 1024 * 1024;

    /// <summary>Longest wait for a snapshot of the shard that is under way, s.</summary>
    private const int WalkerSeconds = 60;

    private const int ChecksumBytes = sizeof(uint);

    private readonly NodeStore _store;
    private readonly ShardCell _cell;
    private ShardTail? _tail; // null when the records come another way
    private byte[] _buffer = new byte[PartBytes * 2];
    private int _length = ChecksumBytes;
    private bool _hasTooMuch;
    private bool _isWalking;
    private bool _isStepping; // the entries are the walk's, not those of a change
    private LogPosition _sent;

    private ShardExport(NodeStore store, ShardCell cell)
    {
        _store = store;
        _cell = cell;
    }

    /// <summary>The state of the entries is the one after this record.</summary>
    public LogPosition Position { get; private set; }

    /// <summary>Position of the last record that was given.</summary>
    public LogPosition Sent => _sent;

    /// <summary>The shard's tenures at that position.</summary>
    public EpochStart[] Epochs { get; private set; } = [];

    /// <summary>Entries given so far.</summary>
    public long Entries { get; private set; }

    /// <summary>
    /// Begins; the shard is served on. Throws <see cref="IOException"/> when the journal has failed and <see cref="TimeoutException"/> when
    /// a snapshot of the shard does not end.
    /// </summary>
    /// <param name="store">The sender's.</param>
    /// <param name="id">The shard.</param>
    /// <param name="withRecords">False where the records since are sent another way: <see cref="NextRecords"/> has none.</param>
    public static ShardExport Begin(NodeStore store, ShardId id, bool withRecords = true)
    {
        ShardCell cell = store.Cells[id.Value];
        if (!cell.Walker.Wait(TimeSpan.FromSeconds(WalkerSeconds)))
            throw new TimeoutException($"a snapshot of shard {id} has been under way for {WalkerSeconds} s");
        var export = new ShardExport(store, cell);
        try
        {
            lock (cell.Gate) export.BeginLocked(withRecords);
            return export;
        }
        catch
        {
            cell.Walker.Release();
            throw;
        }
    }

    /// <summary>
    /// The next part of the entries; null when there are no more. Throws <see cref="InvalidOperationException"/> when too much waits.
    /// </summary>
    public byte[]? NextEntries()
    {
        while (_isWalking)
        {
            lock (_cell.Gate)
            {
                bool isWhole = Step();
                if (_hasTooMuch)
                    throw new InvalidOperationException(
                        $"shard {_cell.Shard.Id} changes faster than it can be sent: more than {MaxWaitingBytes} bytes wait");
                if (isWhole) EndWalk();
                if (_length >= PartBytes || (isWhole && _length > ChecksumBytes)) return TakePart();
            }
        }

        return null;
    }

    /// <summary>
    /// Records behind those given so far, in whole groups: about so many bytes, or all that there are. Throws
    /// <see cref="InvalidOperationException"/> when more had to wait than there is room for, and <see cref="IOException"/> when the journal
    /// has failed.
    /// </summary>
    public byte[] NextRecords(int wantedBytes)
    {
        Write();
        return _tail!.Take(wantedBytes, ref _sent)
            ?? throw new InvalidOperationException(
                $"shard {_cell.Shard.Id} changes faster than it can be sent: more than {TailBytes} bytes of records wait");
    }

    /// <summary>
    /// Ends the shard's tenure here: nothing changes it from now on. Returns the position of its last record, which
    /// <see cref="NextRecords"/> gives before it is empty.
    /// </summary>
    public LogPosition Stop()
    {
        lock (_cell.Gate)
        {
            LogPosition last = _cell.Shard.Position;
            _cell.Shard.Release();
            return last;
        }
    }

    public void Dispose()
    {
        lock (_cell.Gate) EndWalk();
        if (_tail is not null) _store.Tail.Forget(_cell.Shard.Id, _tail);
    }

    void ISnapshotSink.Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version)
    {
        if (_hasTooMuch) return;
        long needed = (long)_length + SnapshotFormat.SizeOf(key, value, deadlineMs);
        if ((!_isStepping && _length > MaxWaitingBytes) || needed > Array.MaxLength)
        {
            _hasTooMuch = true; // a client's change is under way: it must not fail for this
            _buffer = [];
            return;
        }

        if (_buffer.Length < needed) Array.Resize(ref _buffer, (int)Math.Min(Math.Max(needed, _buffer.Length * 2L), Array.MaxLength));
        _length += SnapshotFormat.WriteEntry(_buffer.AsSpan(_length), key, value, deadlineMs, version);
        Entries++;
    }

    private void BeginLocked(bool withRecords)
    {
        Write();
        Shard shard = _cell.Shard;
        if (shard.Role == ShardRole.None || _cell.IsLoading) throw new InvalidOperationException($"shard {shard.Id} is not served here");
        Position = _sent = shard.Position;
        Epochs = shard.Epochs.ToArray();
        if (withRecords) _tail = _store.Tail.Follow(shard.Id, Position, TailBytes);
        shard.Table.BeginSnapshot(this);
        _isWalking = true;
    }

    // Some entries under one hold of the lock, fewer of large ones; true when all have come.
    private bool Step()
    {
        _isStepping = true;
        bool isWhole = false;
        for (int i = 0; i < Pacer.EntriesAStep && _length < PartBytes && !isWhole; i++) isWhole = _cell.Shard.Table.ContinueSnapshot(1);
        _isStepping = false;
        return isWhole;
    }

    // What has been appended is with the kernel, and so in the tail.
    private void Write()
    {
        if (!_store.Commit(_store.Appended, Durability.No)) throw new IOException(_store.Journal!.Failure);
    }

    private byte[] TakePart()
    {
        byte[] part = _buffer.AsSpan(0, _length).ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(part, Checksum.Of(part.AsSpan(ChecksumBytes)));
        _length = ChecksumBytes;
        if (_buffer.Length > PartBytes * 4) _buffer = new byte[PartBytes * 2];
        return part;
    }

    private void EndWalk()
    {
        Debug.Assert(_cell.Gate.IsHeldByCurrentThread);
        if (!_isWalking) return;
        _isWalking = false;
        _cell.Shard.Table.EndSnapshot();
        _cell.Walker.Release();
    }
}
