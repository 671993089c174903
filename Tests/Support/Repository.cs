namespace OrleansKv.Tests.Support;

/// <summary>Finds the project's own files from where the tests run.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Scripts for other languages' clients, with their node_modules.</summary>
    public static string ClientsFolder => Path.Combine(Root, "Tests", "Clients");

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OrleansKv.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("the tests must run inside the repository");
    }
}
