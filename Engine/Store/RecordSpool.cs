using OrleansKv.Engine.Io;

namespace OrleansKv.Engine.Store;

/// <summary>
/// Records that wait, in their order: in a temporary file, or in memory where the store has no disk. Nothing of it need survive a crash: a
/// start deletes the file. One thread at a time.
/// </summary>
internal sealed class RecordSpool(IDisk? disk, string name) : IDisposable
{
    private readonly Queue<byte[]> _kept = new();
    private IDiskFile? _file;
    private long _read;

    public void Add(ReadOnlySpan<byte> records)
    {
        if (records.IsEmpty) return;
        if (disk is null) _kept.Enqueue(records.ToArray());
        else (_file ??= disk.Create(name)).Write(records);
    }

    /// <summary>The next bytes, at most so many of a file; empty when there are no more.</summary>
    public byte[] Take(int most)
    {
        if (_kept.TryDequeue(out byte[]? kept)) return kept;
        if (_file is null || _read == _file.Length) return [];
        using IDiskReader reader = disk!.OpenRead(name);
        var bytes = new byte[Math.Min(most, _file.Length - _read)];
        reader.Read(_read, bytes);
        _read += bytes.Length;
        return bytes;
    }

    public void Dispose()
    {
        _kept.Clear();
        if (_file is null) return;
        _file.Dispose();
        _file = null;
        if (disk!.Exists(name)) disk.Delete(name);
    }
}
