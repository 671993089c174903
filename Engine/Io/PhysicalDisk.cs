namespace OrleansKv.Engine.Io;

/// <summary>A real folder.</summary>
public sealed class PhysicalDisk : IDisk
{
    /// <param name="folder">Made if it is missing; throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when it
    /// cannot be.</param>
    public PhysicalDisk(string folder)
    {
        Folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(Folder);
    }

    public string Folder { get; }

    public IDiskFile Create(string name) => new PhysicalFile(PathOf(name), FileMode.Create, 0);

    public IDiskFile OpenAppend(string name, long length) => new PhysicalFile(PathOf(name), FileMode.Open, length);

    public IDiskReader OpenRead(string name) => new PhysicalReader(PathOf(name));

    public long LengthOf(string name) => new FileInfo(PathOf(name)).Length;

    public bool Exists(string name) => File.Exists(PathOf(name));

    public void Rename(string from, string to) => File.Move(PathOf(from), PathOf(to), overwrite: true);

    public void Delete(string name) => File.Delete(PathOf(name));

    public IReadOnlyList<string> List() =>
        [.. Directory.EnumerateFiles(Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    public void FlushFolder() => PosixDisk.FlushFolder(Folder);

    private string PathOf(string name) => Path.Combine(Folder, name);
}
