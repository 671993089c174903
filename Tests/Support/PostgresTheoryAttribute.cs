namespace OrleansKv.Tests.Support;

/// <summary>The same as <see cref="PostgresFactAttribute"/> for cases.</summary>
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresPrograms.SkipReason;
}
