namespace OrleansKv.Docs.Tests.Support;

/// <summary>Finds the project's own files from where the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OrleansKv.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("the tests must run inside the repository");
    }
}
