using OrleansKv.Engine.Io;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Journal;

/// <summary>
/// The journal's files: the segment that is written, the sealed ones before it, and the next one, claimed ahead under a name of its own.
/// Room is claimed before it is written, so that a full disk shows as <see cref="Refusal"/> and not as a failed write; zeros are written
/// ahead only into claimed room. Invariant: the sealed segments and the current one follow each other without a gap.
/// The caller holds the journal's write lock, and its flush lock too for <see cref="Seal"/> and <see cref="Begin"/>; with the flush lock
/// alone it may call <see cref="Flush"/>. <see cref="Refusal"/>, <see cref="MarginBytes"/> and <see cref="Where"/>: any thread.
/// </summary>
internal sealed class SegmentWriter
{
    private readonly IDisk _disk;
    private readonly JournalOptions _options;
    private readonly List<(Segment Segment, long Length)> _sealed;
    private IDiskFile _file; // changes under both locks
    private Segment _segment;
    private long _reserved; // bytes the current file may grow to; long.MaxValue where the file system cannot claim
    private long _prefilled; // end of the zeros that were written ahead in the current file
    private long _fullAt; // length at which the current segment is sealed
    private IDiskFile? _spare;
    private long _spareBytes; // room that is claimed for it
    private volatile string? _refusal;

    private SegmentWriter(IDisk disk, JournalOptions options, Segment segment, IDiskFile file, List<(Segment, long)> older)
    {
        _disk = disk;
        _options = options;
        _segment = segment;
        _file = file;
        _sealed = older;
        _fullAt = options.SegmentBytes;
        _spareBytes = ClaimBytes;
        Claim();
    }

    /// <summary>End of the current segment.</summary>
    public JournalOffset End => new(_segment.Base.Value + _file.Length - Segment.HeaderBytes);

    /// <summary>Segments, the current one included, and their bytes.</summary>
    public (int Count, long SizeBytes) Total => (_sealed.Count + 1, _sealed.Sum(s => s.Length) + _file.Length);

    /// <summary>Whether the current segment is as long as segments are, or as the room that there was for it.</summary>
    public bool IsFull => _file.Length >= _fullAt;

    /// <summary>Whether the current segment is worth a file of its own that can be deleted: it has the margin's bytes at least.</summary>
    public bool IsLarge => _file.Length >= _options.MarginBytes;

    /// <summary>Why writes should be refused now: no room could be claimed. Null while they need not be.</summary>
    public string? Refusal => _refusal;

    /// <summary>Room that is claimed behind the end while <see cref="Refusal"/> is null, bytes.</summary>
    public long MarginBytes => _options.MarginBytes;

    /// <summary>File and offset, for messages.</summary>
    public string Where => $"{_disk.Folder}/{_segment.Name}, offset {_file.Length}";

    private long ClaimBytes => _options.SegmentBytes + _options.MarginBytes;

    /// <summary>
    /// Makes the first segment of a new store. It has its name when it is whole: what an interrupted start leaves is no damaged journal.
    /// </summary>
    public static SegmentWriter Create(IDisk disk, ulong storeId, JournalOptions options)
    {
        var segment = new Segment(1, new JournalOffset(0), storeId);
        return new SegmentWriter(disk, options, segment, NewFile(disk, segment), []);
    }

    /// <summary>
    /// Goes on in the newest segment behind its first <paramref name="length"/> bytes; if that is of an older format, in a new segment
    /// behind it.
    /// </summary>
    public static SegmentWriter Continue(
        IDisk disk, Segment last, long length, List<(Segment Segment, long Length)> older, JournalOptions options)
    {
        IDiskFile file = disk.OpenAppend(last.Name, length);
        file.Flush(); // what recovery served must not be lost by the next power cut
        if (last.Version == Segment.FormatVersion) return new SegmentWriter(disk, options, last, file, older);

        // If we crash before the new segment has its name, the next open finds the old one as it was, cut at its last whole record.
        file.Trim();
        file.Flush();
        file.Dispose();
        older.Add((last, length));
        var next = new Segment(last.Number + 1, new JournalOffset(last.Base.Value + length - Segment.HeaderBytes), last.StoreId);
        return new SegmentWriter(disk, options, next, NewFile(disk, next), older);
    }

    public void Write(ReadOnlySpan<byte> bytes) => _file.Write(bytes);

    /// <summary>Writes zeros ahead if so many bytes, which will be flushed, do not fit those that are there.</summary>
    public void PrefillFor(int bytes)
    {
        if (_options.PrefillBytes == 0 || _file.Length + bytes <= _prefilled) return;
        long end = _file.Length + bytes + _options.PrefillBytes;
        if (_reserved == long.MaxValue || end > _reserved) return;
        _file.Prefill(end);
        _prefilled = end;
    }

    /// <summary>Puts what is written on the disk.</summary>
    public void Flush() => _file.Flush();

    /// <summary>Whether the next segment is claimed, now or before. Without it the current one must go on.</summary>
    public bool TryPrepareNext()
    {
        if (_spare is null) Claim();
        return _spare is not null;
    }

    /// <summary>
    /// As <see cref="TryPrepareNext"/>; where there is no room for a whole segment, one that holds the margin twice will do.
    /// </summary>
    public bool TryPrepareSmaller()
    {
        if (TryPrepareNext()) return true;
        _spareBytes = 2 * _options.MarginBytes;
        ClaimNext();
        if (_spare is null) _spareBytes = ClaimBytes;
        return _spare is not null;
    }

    /// <summary>Ends the current segment: all of it is on the disk then.</summary>
    public void Seal()
    {
        _file.Trim();
        _file.Flush();
    }

    /// <summary>Begins the next segment, which is claimed, behind the one that was sealed.</summary>
    public void Begin()
    {
        IDiskFile file = _spare!;
        var next = new Segment(_segment.Number + 1, End, _segment.StoreId);
        file.Write(next.Header());
        file.Flush();
        _disk.Rename(Segment.SpareName, next.Name);
        _disk.FlushFolder();
        _sealed.Add((_segment, _file.Length));
        _file.Dispose();
        _file = file;
        _spare = null;
        _segment = next;
        _prefilled = 0;
        if (_reserved != long.MaxValue) _reserved = _spareBytes;
        _fullAt = _spareBytes - _options.MarginBytes;
        _spareBytes = ClaimBytes;
    }

    /// <summary>Claims room where it runs out.</summary>
    public void ClaimIfShort()
    {
        if (_reserved - _file.Length < _options.MarginBytes) Claim();
    }

    /// <summary>
    /// Claims the current file's room if it has none, and the next segment's when half of the current one is used; sets <see
    /// cref="Refusal"/>.
    /// </summary>
    public void Claim()
    {
        if (_reserved == 0) _reserved = ClaimCurrent();
        bool runsOut = _reserved == 0 || (_reserved != long.MaxValue && _reserved - _file.Length < 2 * _options.MarginBytes)
            || _file.Length >= _options.SegmentBytes / 2;
        string problem = "is full";
        if (_spare is null && runsOut && _reserved != 0) problem = ClaimNext() ?? problem;
        bool isShort = _reserved == 0 || (_spare is null && _reserved != long.MaxValue && _reserved - _file.Length < _options.MarginBytes);
        _refusal = isShort ? $"the disk of {_disk.Folder} {problem}: the journal cannot claim {ClaimBytes >> 20} MiB. Free some room, or "
            + $"make it writable; writes go on by themselves." : null;
    }

    /// <summary>Names of the sealed segments that lie wholly below an offset, the oldest first.</summary>
    public List<string> SealedBefore(JournalOffset offset) =>
        [.. _sealed.TakeWhile(s => s.Segment.Base.Value + s.Length - Segment.HeaderBytes <= offset.Value).Select(s => s.Segment.Name)];

    /// <summary>Forgets the oldest segment, whose file is gone.</summary>
    public void ForgetOldest() => _sealed.RemoveAt(0);

    /// <summary>Closes the files. A <paramref name="isWhole"/> segment loses the room behind its end.</summary>
    public void Close(bool isWhole)
    {
        if (isWhole) _file.Trim();
        _file.Dispose();
        if (_spare is null) return;
        _spare.Dispose();
        _spare = null;
        _disk.Delete(Segment.SpareName);
    }

    // The name comes last, as in Begin: a start that a full disk ends leaves no segment without a header.
    private static IDiskFile NewFile(IDisk disk, Segment segment)
    {
        IDiskFile file = disk.Create(Segment.SpareName);
        try
        {
            file.Write(segment.Header());
            file.Flush();
            disk.Rename(Segment.SpareName, segment.Name);
            disk.FlushFolder();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private long ClaimCurrent()
    {
        long size = Math.Max(ClaimBytes, _file.Length + _options.MarginBytes);
        return _file.Reserve(size) switch
        {
            ReserveResult.Reserved => size,
            ReserveResult.Unsupported => long.MaxValue,
            _ => 0,
        };
    }

    // Null, or what is wrong when it is not known to be want of room.
    private string? ClaimNext()
    {
        IDiskFile? spare = null;
        try
        {
            spare = _disk.Create(Segment.SpareName);
            if (spare.Reserve(_spareBytes) == ReserveResult.Full)
            {
                spare.Dispose();
                _disk.Delete(Segment.SpareName);
                return null;
            }

            _spare = spare;
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // No room even for an empty file, or a folder that has become read-only: the same as no room to claim. Asked again at the next
            // look.
            spare?.Dispose();
            return $"takes no new file ({failure.Message.TrimEnd('.')})";
        }
    }
}
