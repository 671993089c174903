namespace OrleansKv.Tests.Support;

/// <summary>A test that needs a PostgreSQL of its own: skipped, with the reason, where no server is installed.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresPrograms.SkipReason;
}
