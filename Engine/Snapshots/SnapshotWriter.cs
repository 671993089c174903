using System.Buffers;
using System.Buffers.Binary;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Snapshots;

/// <summary>
/// Writes one shard's snapshot: entries come under the shard's lock and are only encoded into memory (<see cref="Add"/>); full blocks go
/// to the file outside of it (<see cref="Drain"/>). A temporary file becomes the snapshot by its rename, after a flush and a check of
/// what is on the disk. Add and Drain may run on two threads. Buffers are rented: one for each shard, new, would make the collector run for
/// each shard.
/// Add is called in the middle of a client's change to a table, which must not stop half-way: it never throws. What goes wrong in it is
/// noted; nothing is taken any more then, and <see cref="Drain"/> and <see cref="Complete"/> throw it as <see cref="IOException"/>.
/// </summary>
public sealed class SnapshotWriter : ISnapshotSink, IDisposable
{
    /// <summary>
    /// Encoded bytes that may wait for the file before Add writes them itself, under the lock: 8 MiB, a few ms of copying into the
    /// kernel. A table that changes faster than the disk takes it is slowed instead of filling memory.
    /// </summary>
    private const int MaxWaitingBytes = 8 * 1024 * 1024;

    private readonly IDisk _disk;
    private readonly Lock _draw = new(); // held while blocks go to the file; taken before _lock
    private readonly Lock _lock = new();
    private readonly IDiskFile _file;
    private readonly string _temporary;
    private byte[] _buffer = Rent(SnapshotFormat.BlockBytes * 2);
    private byte[] _draining = Rent(SnapshotFormat.BlockBytes * 2);
    private int _length;
    private int _blockAt;
    private long _entries;
    private volatile Exception? _failure; // the first one; what is in the file since is of no use

    public SnapshotWriter(IDisk disk, SnapshotHeader header)
    {
        _disk = disk;
        Header = header;
        _temporary = header.Name + ".tmp";
        _file = disk.Create(_temporary);
        _file.Write(header.ToBytes());
        BeginBlock();
    }

    public SnapshotHeader Header { get; }

    public long Entries => _entries;

    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version)
    {
        if (_failure is not null) return;
        try
        {
            if (Encode(key, value, deadlineMs, version) > MaxWaitingBytes) WriteBlocks();
        }
        catch (Exception failure)
        {
            _failure ??= failure;
        }
    }

    /// <summary>Writes the closed blocks to the file. Throws <see cref="IOException"/> also for what went wrong before.</summary>
    public void Drain()
    {
        ThrowIfFailed();
        try
        {
            WriteBlocks();
        }
        catch (Exception failure)
        {
            _failure ??= failure;
            throw;
        }
    }

    // Returns the bytes of closed blocks.
    private int Encode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long deadlineMs, Lsn version)
    {
        lock (_lock)
        {
            Reserve(SnapshotFormat.SizeOf(key, value, deadlineMs));
            _length += SnapshotFormat.WriteEntry(_buffer.AsSpan(_length), key, value, deadlineMs, version);
            _entries++;
            if (_length - _blockAt >= SnapshotFormat.BlockBytes)
            {
                CloseBlock();
                BeginBlock();
            }

            return _blockAt;
        }
    }

    private void WriteBlocks()
    {
        lock (_draw)
        {
            int length;
            lock (_lock)
            {
                if (_blockAt == 0) return;
                // The open block moves to the front of the other buffer.
                int open = _length - _blockAt;
                if (_draining.Length < open) Exchange(ref _draining, 0, Math.Max(open * 2, SnapshotFormat.BlockBytes * 2));
                _buffer.AsSpan(_blockAt, open).CopyTo(_draining);
                length = _blockAt;
                (_buffer, _draining) = (_draining, _buffer);
                _length = open;
                _blockAt = 0;
            }

            _file.Write(_draining.AsSpan(0, length));
            if (_draining.Length > MaxWaitingBytes) Exchange(ref _draining, 0, SnapshotFormat.BlockBytes * 2);
        }
    }

    /// <summary>Bytes that wait for <see cref="Drain"/>.</summary>
    public int WaitingBytes => Volatile.Read(ref _length);

    /// <summary>Ends the file, flushes it, reads it back and gives it its name. Returns the name.</summary>
    /// <param name="rest">Called between the blocks that are read back.</param>
    public string Complete(Action? rest = null)
    {
        Drain();
        lock (_lock)
        {
            if (_length > _blockAt + SnapshotFormat.BlockHeaderBytes) CloseBlock();
            else _length = _blockAt;
            Span<byte> footer = stackalloc byte[SnapshotFormat.FooterBytes];
            footer.Clear();
            BinaryPrimitives.WriteInt64LittleEndian(footer[8..], _entries);
            BinaryPrimitives.WriteInt64LittleEndian(footer[16..], _file.Length + _length + footer.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(footer, Checksum.Of(footer[4..]));
            _file.Write(_buffer.AsSpan(0, _length));
            _file.Write(footer);
        }

        _file.Flush();
        _file.Dispose();
        Check(rest);
        _disk.Rename(_temporary, Header.Name);
        return Header.Name;
    }

    /// <summary>Deletes the temporary file when the snapshot is given up; nothing after <see cref="Complete"/>.</summary>
    public void Abandon()
    {
        _file.Dispose();
        if (_disk.Exists(_temporary)) _disk.Delete(_temporary);
    }

    /// <summary>Ends it; nobody may add to it any more.</summary>
    public void Dispose()
    {
        _file.Dispose();
        Exchange(ref _buffer, 0, 0);
        Exchange(ref _draining, 0, 0);
    }

    private static byte[] Rent(int size) => size == 0 ? [] : ArrayPool<byte>.Shared.Rent(size);

    // The first bytes of the old buffer go along.
    private static void Exchange(ref byte[] buffer, int kept, int size)
    {
        byte[] old = buffer;
        buffer = Rent(size);
        old.AsSpan(0, kept).CopyTo(buffer);
        if (old.Length > 0) ArrayPool<byte>.Shared.Return(old);
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure) throw new IOException($"{_disk.Folder}/{_temporary} could not be written: {failure.Message}", failure);
    }

    // A snapshot lets older journal be deleted: it must be readable, not only written.
    private void Check(Action? rest)
    {
        using var file = new FileWindow(_disk, _temporary);
        if (SnapshotHeader.TryRead(file, out string? problem) is not { } header)
            throw new IOException($"{_disk.Folder}/{_temporary} cannot be read back: {problem}");
        try
        {
            SnapshotFormat.ReadEntries(file, header, static (_, _, _, _) => { }, rest);
        }
        catch (CorruptionException damage)
        {
            // The old snapshot and the journal are whole: one that cannot be had, no damage to the store.
            throw new IOException($"{_disk.Folder}/{_temporary} cannot be read back: offset {damage.Offset}: {damage.Problem}", damage);
        }
    }

    private void BeginBlock()
    {
        Reserve(SnapshotFormat.BlockHeaderBytes);
        _blockAt = _length;
        _length += SnapshotFormat.BlockHeaderBytes;
    }

    private void CloseBlock()
    {
        Span<byte> block = _buffer.AsSpan(_blockAt, _length - _blockAt);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], block.Length - SnapshotFormat.BlockHeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(block, Checksum.Of(block[4..]));
    }

    private void Reserve(int size)
    {
        if (_buffer.Length - _length < size)
            Exchange(ref _buffer, _length, checked((int)Math.Max((long)_length + size, Math.Min(_buffer.Length * 2L, Array.MaxLength))));
    }
}
