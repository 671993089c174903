namespace OrleansKv.Tests.Support;

/// <summary>A folder that goes away with the test.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("orleanskv-test-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The files of a folder as a kill -9 would leave them now: whatever the kernel has, while the owner still runs.</summary>
    public string CopyOf(string folder, string name)
    {
        string to = Directory.CreateDirectory(File(name)).FullName;
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            string only = System.IO.Path.GetFileName(file);
            if (only != "LOCK") System.IO.File.Copy(file, System.IO.Path.Combine(to, only));
        }

        return to;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
