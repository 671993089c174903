using System.Globalization;
using System.Reflection;

namespace OrleansKv.Silo.Postgres;

/// <summary>
/// The migrations that this program carries: the files of the Migrations folder, embedded as <c>Migrations/NNNN_name.sql</c>.
/// </summary>
internal static class MigrationFiles
{
    private const string Folder = "Migrations/";
    private const string Suffix = ".sql";

    public static IReadOnlyList<Migration> All { get; } = ReadAll();

    private static Migration[] ReadAll()
    {
        Assembly program = typeof(MigrationFiles).Assembly;
        Migration[] migrations =
        [
            .. program.GetManifestResourceNames()
                .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => Read(program, name)),
        ];
        for (int i = 0; i < migrations.Length; i++)
        {
            if (migrations[i].Version != i + 1) throw new InvalidOperationException($"Migration {i + 1} is missing or there twice.");
        }

        return migrations;
    }

    // NNNN_name
    private static Migration Read(Assembly program, string resource)
    {
        string file = resource[Folder.Length..^Suffix.Length];
        int end = file.IndexOf('_', StringComparison.Ordinal);
        int version = int.Parse(file[..end], NumberStyles.None, CultureInfo.InvariantCulture);
        using var reader = new StreamReader(program.GetManifestResourceStream(resource)!);
        return new Migration(version, file[(end + 1)..], reader.ReadToEnd());
    }
}
