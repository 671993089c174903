using OrleansKv.Engine.Io;
using OrleansKv.Gateway.Options;

namespace OrleansKv.Hosting;

/// <summary>
/// A disk with the fault points of <c>--wal-delay</c> and <c>--wal-fail-prob</c>: journal writes are late or fail, as the settings are just
/// then. For tests and drills.
/// </summary>
internal sealed class FaultyDisk(IDisk disk, RuntimeConfig config) : IDisk
{
    private readonly Random _random = new();

    public string Folder => disk.Folder;

    public IDiskFile Create(string name) => Wrap(name, disk.Create(name));

    public IDiskFile OpenAppend(string name, long length) => Wrap(name, disk.OpenAppend(name, length));

    public IDiskReader OpenRead(string name) => disk.OpenRead(name);

    public long LengthOf(string name) => disk.LengthOf(name);

    public bool Exists(string name) => disk.Exists(name);

    public void Rename(string from, string to) => disk.Rename(from, to);

    public void Delete(string name) => disk.Delete(name);

    public IReadOnlyList<string> List() => disk.List();

    public void FlushFolder() => disk.FlushFolder();

    private IDiskFile Wrap(string name, IDiskFile file) =>
        name.StartsWith("journal-", StringComparison.Ordinal) ? new FaultyFile(this, file) : file;

    private void Point(string what)
    {
        ServerOptions options = config.Current;
        if (options.WalDelayMs > 0) Thread.Sleep(options.WalDelayMs);
        if (options.WalFailProbability == 0) return;
        lock (_random)
        {
            if (_random.NextDouble() < options.WalFailProbability)
                throw new IOException($"{what} failed on purpose (--wal-fail-prob {options.WalFailProbability})");
        }
    }

    private sealed class FaultyFile(FaultyDisk owner, IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            owner.Point("a write");
            file.Write(bytes);
        }

        public void Flush()
        {
            owner.Point("a flush");
            file.Flush();
        }

        public ReserveResult Reserve(long length) => file.Reserve(length);

        public void Prefill(long length) => file.Prefill(length);

        public void Trim() => file.Trim();

        public void Dispose() => file.Dispose();
    }
}
