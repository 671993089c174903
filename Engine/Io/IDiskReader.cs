namespace OrleansKv.Engine.Io;

/// <summary>A file that is being read. Its length is the one that it had when it was opened. One thread.</summary>
public interface IDiskReader : IDisposable
{
    /// <summary>Bytes of the file.</summary>
    long Length { get; }

    /// <summary>
    /// Fills <paramref name="to"/> from the file's byte <paramref name="at"/> on; throws <see cref="EndOfStreamException"/> when the file
    /// has fewer.
    /// </summary>
    void Read(long at, Span<byte> to);
}
