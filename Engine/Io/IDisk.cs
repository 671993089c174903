namespace OrleansKv.Engine.Io;

/// <summary>
/// A data folder, in the few verbs that the engine needs. Names are plain file names. Failures are <see cref="IOException"/>s that name
/// the file. Nothing is durable before <see cref="IDiskFile.Flush"/>, and no creation, rename or deletion before <see cref="FlushFolder"/>.
/// </summary>
public interface IDisk
{
    /// <summary>The folder, for messages.</summary>
    string Folder { get; }

    /// <summary>Makes an empty file; an existing one of that name is replaced.</summary>
    IDiskFile Create(string name);

    /// <summary>
    /// Opens an existing file to append behind its first <paramref name="length"/> bytes; what stands behind them is cut.
    /// </summary>
    IDiskFile OpenAppend(string name, long length);

    /// <summary>Opens an existing file to be read.</summary>
    IDiskReader OpenRead(string name);

    long LengthOf(string name);

    bool Exists(string name);

    void Rename(string from, string to);

    void Delete(string name);

    IReadOnlyList<string> List();

    void FlushFolder();
}
