namespace OrleansKv.Engine.Io;

/// <summary>Another process (or another store of this one) holds the data folder. The message is for a server's operator.</summary>
public sealed class FolderInUseException(string folder, string lockPath)
    : IOException($"the data folder {folder} is in use by another server (its lock is {lockPath}); stop that server or choose another "
    + $"folder with --data-dir")
{
    public string LockPath { get; } = lockPath;
}
