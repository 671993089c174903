using Microsoft.Win32.SafeHandles;

namespace OrleansKv.Engine.Io;

/// <summary>A file of a <see cref="PhysicalDisk"/> that is being read from its start to its end.</summary>
internal sealed class PhysicalReader : IDiskReader
{
    private readonly SafeFileHandle _handle;
    private readonly string _path;

    public PhysicalReader(string path)
    {
        _path = path;
        _handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
        Length = RandomAccess.GetLength(_handle);
    }

    public long Length { get; }

    public void Read(long at, Span<byte> to)
    {
        while (!to.IsEmpty)
        {
            int read = RandomAccess.Read(_handle, to, at);
            if (read == 0) throw new EndOfStreamException($"{_path} ends at {at}, before the {to.Length} bytes that are still to be read");
            to = to[read..];
            at += read;
        }
    }

    public void Dispose() => _handle.Dispose();
}
