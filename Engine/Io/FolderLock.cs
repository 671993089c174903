using System.Globalization;

namespace OrleansKv.Engine.Io;

/// <summary>
/// Keeps a second process off a data folder: the file <c>LOCK</c>, held exclusively (flock) as long as the process lives, with its id
/// inside.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private const string Name = "LOCK";
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; throws <see cref="FolderInUseException"/> when another holds it.</summary>
    public static FolderLock Take(string folder)
    {
        string path = Path.Combine(folder, Name);
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new FolderLock(file);
        }
        catch (IOException failure) when (
            failure.HResult == SharingViolation || failure.Message.Contains("being used by another process", StringComparison.Ordinal))
        {
            throw new FolderInUseException(folder, path);
        }
    }

    private const int SharingViolation = unchecked((int)0x80070020);

    public void Dispose() => _file.Dispose();
}
