namespace OrleansKv.Cluster.Tests.Storage.Support;

/// <summary>A folder of a test's own, deleted with it.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("orleanskv-storage-").FullName;

    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The files of a folder as a kill -9 would leave them now: whatever the kernel has, while the owner still runs.</summary>
    public string CopyOf(string folder, string name)
    {
        string to = Directory.CreateDirectory(Sub(name)).FullName;
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            if (System.IO.Path.GetFileName(file) != "LOCK") File.Copy(file, System.IO.Path.Combine(to, System.IO.Path.GetFileName(file)));
        }

        return to;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
