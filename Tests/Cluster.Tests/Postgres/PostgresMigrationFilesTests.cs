using OrleansKv.Silo.Postgres;

namespace OrleansKv.Cluster.Tests.Postgres;

public sealed class PostgresMigrationFilesTests
{
    // A database refuses a program whose migrations differ from those it had. So a file that a release carried never changes: what is
    // wrong is put right by the next number, which gets its line here.
    private static readonly string[] Released =
    [
        "1 query_table 2e2aebcd6d0d3f43b7b02baba23d20d1c571345cde4d14c116dfe1c7ff9e834f",
        "2 membership dd4af1dca3c348e626eb00e606860c1b508ea249e441f30a424d1b5be66bd056",
        "3 reminders 610138f89aed4ed32c7a2a4f5a7e2b72f23ce5794d9408415f613b092cf4d38e",
        "4 grain_state f27db359b40ff53d5b87f898469efb233e6d1611ff220b8072e138dad5788b5b",
    ];

    [Fact]
    public void All_Released_AreUnchanged() =>
        Assert.Equal(Released, MigrationFiles.All.Select(migration => $"{migration.Version} {migration.Name} {migration.Checksum}"));

    [Fact]
    public void Checksum_OtherLineEnds_IsTheSame()
    {
        Assert.Equal(new Migration(1, "m", "SELECT 1;\nSELECT 2;\n").Checksum,
            new Migration(1, "m", "SELECT 1;\r\nSELECT 2;\r\n").Checksum);
        Assert.NotEqual(new Migration(1, "m", "SELECT 1;").Checksum, new Migration(1, "m", "SELECT 2;").Checksum);
    }
}
