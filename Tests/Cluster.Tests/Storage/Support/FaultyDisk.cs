using OrleansKv.Engine.Io;
using OrleansKv.Hosting;

namespace OrleansKv.Cluster.Tests.Storage.Support;

/// <summary>A real folder whose writes and flushes fail when told to, and that holds only so many bytes. Any thread.</summary>
internal sealed class FaultyDisk(string folder) : IDisk
{
    private readonly PhysicalDisk _disk = new(folder);
    private readonly List<FaultyFile> _files = [];
    private readonly List<string> _waiting = [];
    private readonly Lock _lock = new();

    /// <summary>What every write says from now on; null while they work.</summary>
    public volatile string? WriteFault;

    /// <summary>What every flush says from now on; null while they work.</summary>
    public volatile string? FlushFault;

    /// <summary>Flushes wait for it to be set.</summary>
    public ManualResetEventSlim FlushesMayGo { get; } = new(true);

    /// <summary>Names of the files whose flush waits.</summary>
    public string[] Waiting
    {
        get
        {
            lock (_lock) return [.. _waiting];
        }
    }

    /// <summary>Bytes that files may have and claim together.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    public long UsedBytes
    {
        get
        {
            lock (_lock) return _files.Sum(f => Math.Max(f.Length, f.Claimed));
        }
    }

    public string Folder => _disk.Folder;

    public IDiskFile Create(string name) => Track(name, _disk.Create(name));

    public IDiskFile OpenAppend(string name, long length) => Track(name, _disk.OpenAppend(name, length));

    public IDiskReader OpenRead(string name) => _disk.OpenRead(name);

    public long LengthOf(string name) => _disk.LengthOf(name);

    public bool Exists(string name) => _disk.Exists(name);

    public void Rename(string from, string to)
    {
        _disk.Rename(from, to);
        lock (_lock)
        {
            _files.RemoveAll(f => f.Name == to);
            foreach (FaultyFile file in _files.Where(f => f.Name == from)) file.Name = to;
        }
    }

    public void Delete(string name)
    {
        _disk.Delete(name);
        lock (_lock) _files.RemoveAll(f => f.Name == name);
    }

    public IReadOnlyList<string> List() => _disk.List();

    public void FlushFolder() => _disk.FlushFolder();

    private FaultyFile Track(string name, IDiskFile file)
    {
        var tracked = new FaultyFile(this, name, file);
        lock (_lock)
        {
            _files.RemoveAll(f => f.Name == name);
            _files.Add(tracked);
        }

        return tracked;
    }

    private void Wait(string name)
    {
        lock (_lock) _waiting.Add(name);
        FlushesMayGo.Wait();
        lock (_lock) _waiting.Remove(name);
    }

    private bool HasRoomFor(long more) => more <= 0 || UsedBytes + more <= CapacityBytes;

    private sealed class FaultyFile(FaultyDisk disk, string name, IDiskFile file) : IDiskFile
    {
        public string Name { get; set; } = name;

        public long Claimed { get; private set; }

        public long Length => file.Length;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            if (disk.WriteFault is { } fault) throw new IOException($"{disk.Folder}/{Name}: {fault}");
            if (!disk.HasRoomFor(Length + bytes.Length - Math.Max(Length, Claimed)))
                throw new IOException($"{disk.Folder}/{Name}: no space left on device");
            file.Write(bytes);
        }

        public void Flush()
        {
            disk.Wait(Name);
            if (disk.FlushFault is { } fault) throw new IOException($"{disk.Folder}/{Name}: {fault}");
            file.Flush();
        }

        public ReserveResult Reserve(long length)
        {
            if (!disk.HasRoomFor(length - Math.Max(Length, Claimed))) return ReserveResult.Full;
            Claimed = Math.Max(Claimed, length);
            return ReserveResult.Reserved;
        }

        public void Prefill(long length) => file.Prefill(length);

        public void Trim() => file.Trim();

        public void Dispose() => file.Dispose();
    }
}
