using OrleansKv.Engine.Io;

namespace OrleansKv.Simulation.Registers;

/// <summary>A disk whose flushes do nothing: <see cref="HostMutation.BallotNotFlushed"/>.</summary>
internal sealed class UnflushedDisk(IDisk disk) : IDisk
{
    public string Folder => disk.Folder;

    public IDiskFile Create(string name) => new UnflushedFile(disk.Create(name));

    public IDiskFile OpenAppend(string name, long length) => new UnflushedFile(disk.OpenAppend(name, length));

    public IDiskReader OpenRead(string name) => disk.OpenRead(name);

    public long LengthOf(string name) => disk.LengthOf(name);

    public bool Exists(string name) => disk.Exists(name);

    public void Rename(string from, string to) => disk.Rename(from, to);

    public void Delete(string name) => disk.Delete(name);

    public IReadOnlyList<string> List() => disk.List();

    public void FlushFolder()
    {
        // the error on purpose
    }

    private sealed class UnflushedFile(IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;

        public void Write(ReadOnlySpan<byte> bytes) => file.Write(bytes);

        public void Flush()
        {
            // the error on purpose
        }

        public ReserveResult Reserve(long length) => file.Reserve(length);

        public void Prefill(long length) => file.Prefill(length);

        public void Trim() => file.Trim();

        public void Dispose() => file.Dispose();
    }
}
