namespace OrleansKv.Engine.Io;

/// <summary>A real folder.</summary>
public sealed class PhysicalDisk : IDisk
{
    /// <param name="folder">Made if it is missing; throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when it cannot be.</param>
    public PhysicalDisk(string folder)
    {
        Folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(Folder);
    }

    public string Folder { get; }

    public IDiskFile Create(string name) => new PhysicalFile(PathOf(name), FileMode.Create, 0);

    public IDiskFile OpenAppend(string name, long length) => new PhysicalFile(PathOf(name), FileMode.Open, length);

    public byte[] ReadAll(string name) => Read(name, int.MaxValue);

    public byte[] ReadHead(string name, int count) => Read(name, count);

    public long LengthOf(string name) => new FileInfo(PathOf(name)).Length;

    public bool Exists(string name) => File.Exists(PathOf(name));

    public void Rename(string from, string to) => File.Move(PathOf(from), PathOf(to), overwrite: true);

    public void Delete(string name) => File.Delete(PathOf(name));

    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    public void FlushFolder() => PosixDisk.FlushFolder(Folder);

    private byte[] Read(string name, int most)
    {
        using var handle = File.OpenHandle(PathOf(name), options: FileOptions.SequentialScan);
        long length = Math.Min(RandomAccess.GetLength(handle), most);
        if (length > Array.MaxLength) throw new IOException($"{PathOf(name)} has {length} bytes; more than 2 GiB cannot be read at once");
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        int at = 0;
        while (at < bytes.Length)
        {
            int read = RandomAccess.Read(handle, bytes.AsSpan(at), at);
            if (read == 0) throw new EndOfStreamException($"{PathOf(name)} became shorter while it was read");
            at += read;
        }

        return bytes;
    }

    private string PathOf(string name) => Path.Combine(Folder, name);
}
