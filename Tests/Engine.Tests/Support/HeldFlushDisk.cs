using OrleansKv.Engine.Io;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>
/// A disk in memory of which one flush can be held up, and then fails (later ones succeed, as fdatasync does after it has reported an
/// error) or succeeds late.
/// </summary>
internal sealed class HeldFlushDisk : IDisk
{
    private readonly MemoryDisk _disk = new();
    private readonly ManualResetEventSlim _held = new();
    private readonly ManualResetEventSlim _release = new();
    private int _armed;
    private volatile bool _isLateOnly;

    public string Folder => _disk.Folder;

    /// <summary>The next flush is held.</summary>
    public void HoldNextFlush() => Volatile.Write(ref _armed, 1);

    public void WaitUntilHeld() => Assert.True(_held.Wait(TimeSpan.FromSeconds(30)), "nobody flushed");

    public void FailHeldFlush() => _release.Set();

    public void LetHeldFlushGo()
    {
        _isLateOnly = true;
        _release.Set();
    }

    /// <summary>The disk after kill -9.</summary>
    public MemoryDisk AfterKill() => _disk.AfterKill();

    public IDiskFile Create(string name) => new HeldFile(this, _disk.Create(name));

    public IDiskFile OpenAppend(string name, long length) => new HeldFile(this, _disk.OpenAppend(name, length));

    public IDiskReader OpenRead(string name) => _disk.OpenRead(name);

    public long LengthOf(string name) => _disk.LengthOf(name);

    public bool Exists(string name) => _disk.Exists(name);

    public void Rename(string from, string to) => _disk.Rename(from, to);

    public void Delete(string name) => _disk.Delete(name);

    public IReadOnlyList<string> List() => _disk.List();

    public void FlushFolder() => _disk.FlushFolder();

    private void BeforeFlush()
    {
        if (Interlocked.Exchange(ref _armed, 0) == 0) return;
        _held.Set();
        _release.Wait(TimeSpan.FromSeconds(60)); // so that a test that failed meanwhile ends
        if (!_isLateOnly) throw new IOException("the flush failed on purpose");
    }

    private sealed class HeldFile(HeldFlushDisk disk, IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;

        public void Write(ReadOnlySpan<byte> bytes) => file.Write(bytes);

        public void Flush()
        {
            disk.BeforeFlush();
            file.Flush();
        }

        public ReserveResult Reserve(long length) => file.Reserve(length);

        public void Prefill(long length) => file.Prefill(length);

        public void Trim() => file.Trim();

        public void Dispose() => file.Dispose();
    }
}
