using OrleansKv.Engine.Io;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>
/// A disk in memory that knows what is durable: file bytes once flushed, names once the folder is. It can crash (keeping a random part of
/// what was not durable), fail the nth operation, and be full. A write that fails leaves half of its bytes; a flush that fails is told
/// once: the later ones of that file succeed and make nothing durable.
/// </summary>
internal sealed class MemoryDisk : IDisk
{
    private readonly Dictionary<string, MemoryFile> _files = [];
    private Dictionary<string, MemoryFile> _durableNames = [];

    public string Folder => "memory";

    /// <summary>Operations so far: writes, flushes, renames, deletions, creations.</summary>
    public int Operations { get; private set; }

    /// <summary>The operation with this number fails, and so does every later one; 0: none.</summary>
    public int FailFrom { get; set; }

    /// <summary>Called before each operation with its name.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>The operation with this number fails, and the later ones work; 0: none.</summary>
    public int FailOnly { get; set; }

    /// <summary>Bytes that may be reserved or written in all.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>Whether the folder takes no change of its names; files that are open go on.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>Called before a file is opened to be read, with its name.</summary>
    public Action<string>? OnRead { get; set; }

    public IDiskFile Create(string name)
    {
        Count("create", changesNames: true);
        var file = new MemoryFile(this);
        _files[name] = file;
        return file;
    }

    public IDiskFile OpenAppend(string name, long length)
    {
        MemoryFile file = _files[name];
        file.Cut((int)length);
        return file;
    }

    public byte[] ReadAll(string name) => _files[name].WithZeros();

    public IDiskReader OpenRead(string name)
    {
        OnRead?.Invoke(name);
        return new MemoryReader(ReadAll(name));
    }

    public long LengthOf(string name) => _files[name].WithZeros().Length;

    public bool Exists(string name) => _files.ContainsKey(name);

    public void Rename(string from, string to)
    {
        Count("rename", changesNames: true);
        _files[to] = _files[from];
        _files.Remove(from);
    }

    public void Delete(string name)
    {
        Count("delete", changesNames: true);
        _files.Remove(name);
    }

    public IReadOnlyList<string> List() => [.. _files.Keys.Order(StringComparer.Ordinal)];

    public void FlushFolder()
    {
        Count("flush folder");
        _durableNames = new Dictionary<string, MemoryFile>(_files);
    }

    /// <summary>The disk after kill -9: everything that was written is there.</summary>
    public MemoryDisk AfterKill() => Copy(_files, f => f.WithZeros());

    /// <summary>
    /// The disk after a power cut: durable names, and of each file what was flushed and a random part of the rest, its last bytes perhaps
    /// garbage.
    /// </summary>
    public MemoryDisk AfterPowerCut(Random random) => Copy(random.Next(2) == 0 ? _durableNames : _files, file =>
    {
        int keep = file.FlushedLength + random.Next((int)file.Length - file.FlushedLength + 1);
        byte[] bytes = file.Bytes[..keep].ToArray();
        if (keep > file.FlushedLength && random.Next(2) == 0) bytes[^1] ^= 0xFF;
        // Sectors come in any order.
        if (keep > file.FlushedLength && random.Next(2) == 0)
            bytes.AsSpan(file.FlushedLength, random.Next(keep - file.FlushedLength)).Clear();
        Array.Resize(ref bytes, Math.Max(keep, file.FlushedZerosEnd));
        return bytes;
    });

    /// <summary>Replaces a file's bytes.</summary>
    public void Put(string name, byte[] bytes)
    {
        var file = new MemoryFile(this);
        file.Load(bytes);
        _files[name] = file;
        _durableNames[name] = file;
    }

    private void Count(string what, bool changesNames = false)
    {
        if (changesNames && IsReadOnly) throw new UnauthorizedAccessException("the folder is read-only on purpose");
        Operations++;
        Before?.Invoke(what);
        if ((FailFrom > 0 && Operations >= FailFrom) || Operations == FailOnly) throw new IOException($"{what} failed on purpose");
    }

    private long Used() => _files.Values.Distinct().Sum(f => Math.Max(f.Length, f.Reserved));

    private static MemoryDisk Copy(Dictionary<string, MemoryFile> files, Func<MemoryFile, byte[]> bytes)
    {
        var copy = new MemoryDisk();
        foreach ((string name, MemoryFile file) in files) copy.Put(name, bytes(file));
        return copy;
    }

    private sealed class MemoryReader(byte[] bytes) : IDiskReader
    {
        public long Length => bytes.Length;

        public void Read(long at, Span<byte> to) => bytes.AsSpan((int)at, to.Length).CopyTo(to);

        public void Dispose()
        {
        }
    }

    private sealed class MemoryFile(MemoryDisk disk) : IDiskFile
    {
        private byte[] _bytes = [];
        private bool _flushFailed;

        public long Length { get; private set; }

        public int FlushedLength { get; private set; }

        public long Reserved { get; private set; }

        public int ZerosEnd { get; private set; }

        public int FlushedZerosEnd { get; private set; }

        public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, (int)Length);

        public void Write(ReadOnlySpan<byte> bytes)
        {
            try
            {
                disk.Count("write");
            }
            catch (IOException)
            {
                Add(bytes[..(bytes.Length / 2)]);
                throw;
            }

            if (Length + bytes.Length > Reserved && disk.Used() + bytes.Length > disk.CapacityBytes)
                throw new IOException("no space left on device");
            Add(bytes);
        }

        public void Flush()
        {
            try
            {
                disk.Count("flush");
            }
            catch (IOException)
            {
                _flushFailed = true;
                throw;
            }

            if (_flushFailed) return;
            FlushedLength = (int)Length;
            FlushedZerosEnd = ZerosEnd;
        }

        public ReserveResult Reserve(long length)
        {
            long more = length - Math.Max(Length, Reserved);
            if (more > 0 && disk.Used() + more > disk.CapacityBytes) return ReserveResult.Full;
            Reserved = Math.Max(Reserved, length);
            return ReserveResult.Reserved;
        }

        public void Prefill(long length)
        {
            disk.Count("prefill");
            if (length > Math.Max(Length, Reserved))
                throw new IOException("prefilled behind what is reserved: a full disk would show here");
            ZerosEnd = Math.Max(ZerosEnd, (int)length);
        }

        public void Trim()
        {
            disk.Count("trim");
            ZerosEnd = 0;
            Reserved = Length;
        }

        public byte[] WithZeros()
        {
            byte[] bytes = Bytes.ToArray();
            Array.Resize(ref bytes, Math.Max(bytes.Length, ZerosEnd));
            return bytes;
        }

        public void Cut(int length)
        {
            Length = length;
            ZerosEnd = FlushedZerosEnd = 0;
            FlushedLength = Math.Min(FlushedLength, length);
        }

        public void Load(byte[] bytes)
        {
            _bytes = bytes;
            Length = FlushedLength = bytes.Length;
        }

        public void Dispose()
        {
        }

        private void Add(ReadOnlySpan<byte> bytes)
        {
            if (_bytes.Length < Length + bytes.Length) Array.Resize(ref _bytes, (int)Math.Max(Length + bytes.Length, _bytes.Length * 2L));
            bytes.CopyTo(_bytes.AsSpan((int)Length));
            Length += bytes.Length;
        }
    }
}
