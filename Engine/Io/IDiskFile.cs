namespace OrleansKv.Engine.Io;

/// <summary>A file that is being appended to. One writer; <see cref="Flush"/> may run beside a write.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>Bytes written; what <see cref="Prefill"/> put behind them is not counted.</summary>
    long Length { get; }

    /// <summary>Appends all of the bytes or throws.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Puts everything written before the call on the disk (fdatasync).</summary>
    void Flush();

    /// <summary>
    /// Claims room for the file to grow to <paramref name="length"/> bytes, without changing its length: a full disk shows here, before
    /// bytes are lost.
    /// </summary>
    ReserveResult Reserve(long length);

    /// <summary>
    /// Writes zeros behind the file's end up to <paramref name="length"/> bytes. Appends that overwrite them change nothing of the file but
    /// its bytes, so that their flush is one write of the disk and not also one of the file system's journal.
    /// </summary>
    void Prefill(long length);

    /// <summary>Gives back what <see cref="Prefill"/> and <see cref="Reserve"/> put behind the end; durable with the next flush.</summary>
    void Trim();
}
