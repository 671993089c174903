using Microsoft.Win32.SafeHandles;

namespace OrleansKv.Engine.Io;

/// <summary>An append-only file of a <see cref="PhysicalDisk"/>.</summary>
internal sealed class PhysicalFile : IDiskFile
{
    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private long _length;

    public PhysicalFile(string path, FileMode mode, long length)
    {
        _path = path;
        _handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read);
        if (RandomAccess.GetLength(_handle) != length) RandomAccess.SetLength(_handle, length);
        _length = length;
    }

    public long Length => Volatile.Read(ref _length);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_handle, bytes, _length);
        Volatile.Write(ref _length, _length + bytes.Length);
    }

    public void Flush() => PosixDisk.FlushFile(_handle, _path);

    public ReserveResult Reserve(long length) => PosixDisk.Reserve(_handle, length);

    public void Dispose() => _handle.Dispose();
}
